namespace Sluice.Checkpoints;

/// <summary>Bytes behind an upload's last full part, at most one part, kept so that another process can go on with them.</summary>
internal interface ITailStore
{
    /// <summary>Replaces the tail under the fence and the record's generation (0 before the first). A tail outlives a change of generation until it is replaced or deleted.</summary>
    ValueTask<StoreOutcome> WriteAsync(string uploadId, Lease lease, TailRecord tail, CancellationToken cancellationToken);

    ValueTask<TailRecord?> ReadAsync(string uploadId, CancellationToken cancellationToken);

    ValueTask<StoreOutcome> DeleteAsync(string uploadId, Lease lease, CancellationToken cancellationToken);
}

namespace Sluice.Checkpoints;

/// <summary>
/// All that must outlive a process, by aggregate. Every implementation passes the one contract suite (tests/Sluice.Conformance).
/// Failures that are not an outcome are <see cref="Errors.SluiceException"/>: <c>state_corrupt</c>, <c>state_newer</c>, <c>disk_full</c>;
/// <see cref="StoreUnavailableException"/> says that the same call may be made again. A call that ends cancelled took no effect.
/// Times inside the store are durations or the store's own clock, never a caller's.
/// </summary>
internal interface ICheckpointStore : IAsyncDisposable
{
    IUploadStore Uploads { get; }

    ILeaseStore Leases { get; }

    IConnectionStore Connections { get; }

    IKeyStore Keys { get; }

    ILinkStore Links { get; }

    ITailStore Tails { get; }

    IOutbox Outbox { get; }

    /// <summary>Proves that the store answers; throws what a call would throw.</summary>
    ValueTask CheckAsync(CancellationToken cancellationToken);
}

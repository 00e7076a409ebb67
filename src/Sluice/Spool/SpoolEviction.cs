using Microsoft.Extensions.Logging;
using Sluice.Checkpoints;
using Sluice.Relay;

namespace Sluice.Spool;

/// <summary>
/// Makes room at the cost of uploads that stand still: (1) their files and leases are had, the longest still first, until that
/// is enough; (2) where all there are would not do none goes, for it would go in vain; (3) else the record of each says that
/// it has no bytes any more, and then they go. What any process has open or holds the lease of is left alone.
/// </summary>
internal sealed class SpoolEviction(SpoolFolder folder, ICheckpointStore store, string holder, LeaseOptions leases, TimeProvider time, ILogger log)
{
    /// <summary>What may have bytes and not be over. Of clients' uploads also those that nobody has moved for a while: their client is away.</summary>
    private static readonly UploadState[] NotOver = [UploadState.Interrupted, UploadState.Failed, UploadState.Waiting, UploadState.Staged, UploadState.Transferring];

    /// <summary>A client that has been away for so long may be asked for its bytes again.</summary>
    private static readonly TimeSpan LongAway = TimeSpan.FromMinutes(10);

    /// <summary>Hears whose bytes went.</summary>
    public Action<string>? MadeRoom { get; set; }

    public async Task MakeRoomAsync(long shortBy, CancellationToken cancellationToken)
    {
        if (shortBy <= 0)
        {
            return;
        }

        List<Had> had = [];
        try
        {
            // 1. Enough of them.
            foreach (var (record, bytes) in await CandidatesAsync(cancellationToken).ConfigureAwait(false))
            {
                if (had.Sum(static h => h.Bytes) < shortBy && await TryHaveAsync(record.Id, bytes, cancellationToken).ConfigureAwait(false) is { } one)
                {
                    had.Add(one);
                }
            }

            // 2. Or none.
            var go = SpoolShares.ToGo(had.ConvertAll(static h => h.Bytes), shortBy);

            // 3. They go.
            foreach (var one in had.Take(go))
            {
                // A stream is over, a client can send its bytes again.
                var ended = one.Record.Source?.Kind == RelayRecords.Kind
                    ? one.Record with { Error = SpoolErrors.ClientMadeRoom() }
                    : one.Record with { State = UploadState.Failed, Error = SpoolErrors.MadeRoom(), Updated = time.GetUtcNow() };
                var told = ended.State == UploadState.Failed ? Events.UploadEvents.Ended(ended, time) : null;
                if (await store.Uploads.UpdateAsync(ended, one.Lease.Lease, Durability.Power, told, cancellationToken).ConfigureAwait(false) == StoreOutcome.Written)
                {
                    SpoolLog.MadeRoom(log, one.Record.Id, one.Bytes);
                    one.File.Delete();
                    one.IsGone = true;
                    MadeRoom?.Invoke(one.Record.Id);
                }
            }
        }
        catch (StoreUnavailableException)
        {
            // Without the records nobody knows what may go.
        }
        finally
        {
            foreach (var one in had)
            {
                await one.Lease.DisposeAsync().ConfigureAwait(false);
                if (!one.IsGone)
                {
                    folder.PutBack(one.Record.Id, one.File);
                }
            }

            folder.Measure();
        }
    }

    private async Task<List<(UploadRecord Record, long Bytes)>> CandidatesAsync(CancellationToken cancellationToken)
    {
        var lying = folder.Others().ToDictionary(static o => o.UploadId, static o => o.Bytes, StringComparer.Ordinal);
        List<UploadRecord> still = [];
        string? cursor = null;
        do
        {
            var page = await store.Uploads.ListAsync(new UploadQuery(States: NotOver, Cursor: cursor), cancellationToken).ConfigureAwait(false);
            still.AddRange(page.Records.Where(r => StoodStill(r) && lying.ContainsKey(r.Id)));
            cursor = page.NextCursor;
        }
        while (cursor is not null);
        return [.. still.OrderBy(static r => r.Updated).Select(r => (r, lying[r.Id]))];
    }

    private bool StoodStill(UploadRecord record) => record.Source?.Kind switch
    {
        "spool" => record.State is UploadState.Interrupted or UploadState.Failed,
        RelayRecords.Kind => record.State == UploadState.Interrupted || time.GetUtcNow() - record.Updated > LongAway,
        _ => false,
    };

    /// <summary>The file before the lease: whoever goes on with an upload opens its file first, and finds it in use.</summary>
    private async Task<Had?> TryHaveAsync(string id, long bytes, CancellationToken cancellationToken)
    {
        if (folder.OpenToRemove(id) is not { } file)
        {
            return null;
        }

        LeaseKeeper? lease = null;
        try
        {
            lease = (await LeaseKeeper.AcquireAsync(store.Leases, LeaseKeys.Upload(id), holder, leases, null, TimeSpan.Zero, false, time, cancellationToken).ConfigureAwait(false)).Keeper;
            if (lease is not null && await store.Uploads.FindAsync(id, cancellationToken).ConfigureAwait(false) is { } record && StoodStill(record))
            {
                var had = new Had(file, lease, record, bytes);
                lease = null;
                return had;
            }

            folder.PutBack(id, file);
            return null;
        }
        catch
        {
            folder.PutBack(id, file);
            throw;
        }
        finally
        {
            if (lease is not null)
            {
                await lease.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    /// <summary>An upload that nobody else can touch now.</summary>
    private sealed record Had(SpoolFile File, LeaseKeeper Lease, UploadRecord Record, long Bytes)
    {
        public bool IsGone { get; set; }
    }
}

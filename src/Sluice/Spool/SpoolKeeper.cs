using Microsoft.Extensions.Logging;
using Sluice.Buffers;
using Sluice.Checkpoints;
using Sluice.Errors;

namespace Sluice.Spool;

/// <summary>
/// Keeps the spool in step with the records: finds space, at the cost of uploads that stand still where there is no other way,
/// and removes files nobody's record names. A file that some process has open is never touched, however old it is or its lease.
/// </summary>
internal sealed class SpoolKeeper(SpoolFolder folder, ICheckpointStore store, string holder, LeaseOptions leases, TimeProvider time, ILogger log)
{
    private static readonly UploadState[] StoodStill = [UploadState.Interrupted, UploadState.Failed];

    public SpoolFolder Folder => folder;

    /// <summary>
    /// Waits, in the line's order, for all the space at once, a minute at most; null where it was not to be had.
    /// <paramref name="waiting"/> is called once if there is a wait, whose reason is <see cref="Diagnostics.WaitReason.Spool"/>.
    /// </summary>
    public async ValueTask<SpoolReservation?> ReserveAsync(LinePlace place, long bytes, Action waiting, CancellationToken cancellationToken)
    {
        var space = folder.Space();
        folder.Measure();
        if (bytes > space.Limit)
        {
            return null;
        }

        if (space.TryAcquire(place, bytes) is { } atOnce)
        {
            return atOnce;
        }

        await MakeRoomAsync(space.ShortBy(bytes), cancellationToken).ConfigureAwait(false);
        var asked = space.AcquireAsync(place, bytes, SpoolConstants.LongestWait, time, cancellationToken).AsTask();
        try
        {
            if (!asked.IsCompleted)
            {
                waiting();
            }

            while (!await EndedAsync(asked).ConfigureAwait(false))
            {
                folder.Measure();
                await MakeRoomAsync(space.ShortBy(0), cancellationToken).ConfigureAwait(false);
            }
        }
        catch
        {
            // Whatever went wrong, space that was given in the meantime goes back.
            await ((Task)asked).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (asked.IsCompletedSuccessfully)
            {
                (await asked.ConfigureAwait(false))?.Dispose();
            }

            throw;
        }

        return await asked.ConfigureAwait(false);
    }

    /// <summary>
    /// More space for an upload whose length is not known, in steps. It does not wait, for a writer that waits for space while it
    /// holds space could wait for another that does the same: false where there is no more, which ends the upload.
    /// </summary>
    public async ValueTask<bool> GrowAsync(SpoolReservation reservation, long needed, CancellationToken cancellationToken)
    {
        var by = needed - reservation.Bytes;
        if (by <= 0)
        {
            return true;
        }

        folder.Measure();
        if (Grow(reservation, by))
        {
            return true;
        }

        await MakeRoomAsync(folder.Space().MissingFor(by), cancellationToken).ConfigureAwait(false);
        return Grow(reservation, by);
    }

    /// <summary>Removes the files of uploads that no record names and no process has open; gives how many. Also looks whether a full disk has room again.</summary>
    public async Task<int> RemoveOrphansAsync(CancellationToken cancellationToken)
    {
        folder.Health.LookAgain();
        var removed = 0;
        foreach (var (id, bytes) in folder.Others())
        {
            if (await IsNamedAsync(id, cancellationToken).ConfigureAwait(false) || folder.OpenToRemove(id) is not { } file)
            {
                continue;
            }

            // Asked again now that nobody else can have it: its record may have been made, and its process ended, in between.
            if (await IsNamedAsync(id, cancellationToken).ConfigureAwait(false))
            {
                folder.PutBack(id, file);
                continue;
            }

            file.Delete();
            SpoolLog.OrphanRemoved(log, id, bytes);
            removed++;
        }

        return removed;
    }

    private static bool Grow(SpoolReservation reservation, long by) =>
        reservation.TryGrow(Math.Max(by, SpoolConstants.GrowthStep)) || reservation.TryGrow(Math.Max(by, SpoolConstants.Range)) || reservation.TryGrow(by);

    /// <summary>True once it ended; false when it is time to look again.</summary>
    private async Task<bool> EndedAsync(Task asked)
    {
        await asked.WaitAsync(SpoolConstants.LookAgain, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return asked.IsCompleted;
    }

    /// <summary>Uploads that stand still go, the longest still first, where that is enough to serve whoever is first in line; their records say so.</summary>
    private async Task MakeRoomAsync(long shortBy, CancellationToken cancellationToken)
    {
        if (shortBy <= 0)
        {
            return;
        }

        try
        {
            var candidates = await CandidatesAsync(cancellationToken).ConfigureAwait(false);
            if (SpoolShares.ToGo(candidates.ConvertAll(static c => c.Bytes), shortBy) == 0)
            {
                return;
            }

            var freed = 0L;
            foreach (var (id, bytes) in candidates.TakeWhile(_ => freed < shortBy))
            {
                freed += await TryDropAsync(id, cancellationToken).ConfigureAwait(false) ? bytes : 0;
            }

            folder.Measure();
        }
        catch (StoreUnavailableException)
        {
            // Without the records nobody knows what may go.
        }
    }

    private async Task<List<(string UploadId, long Bytes)>> CandidatesAsync(CancellationToken cancellationToken)
    {
        var lying = folder.Others().ToDictionary(static o => o.UploadId, static o => o.Bytes, StringComparer.Ordinal);
        List<UploadRecord> still = [];
        string? cursor = null;
        do
        {
            var page = await store.Uploads.ListAsync(new UploadQuery(States: StoodStill, Cursor: cursor), cancellationToken).ConfigureAwait(false);
            still.AddRange(page.Records.Where(r => IsSpooled(r) && lying.ContainsKey(r.Id)));
            cursor = page.NextCursor;
        }
        while (cursor is not null);
        return [.. still.OrderBy(static r => r.Updated).Select(r => (r.Id, lying[r.Id]))];
    }

    /// <summary>The file first, for whoever goes on with the upload opens it before anything else; then the lease; then the record says it before the bytes go.</summary>
    private async Task<bool> TryDropAsync(string id, CancellationToken cancellationToken)
    {
        if (folder.OpenToRemove(id) is not { } file)
        {
            return false;
        }

        var dropped = false;
        try
        {
            var attempt = await LeaseKeeper.AcquireAsync(store.Leases, LeaseKeys.Upload(id), holder, leases, null, TimeSpan.Zero, false, time, cancellationToken).ConfigureAwait(false);
            if (attempt.Keeper is { } lease)
            {
                await using (lease.ConfigureAwait(false))
                {
                    dropped = await store.Uploads.FindAsync(id, cancellationToken).ConfigureAwait(false) is { } record && StoodStill.Contains(record.State)
                        && await store.Uploads.UpdateAsync(
                            record with { State = UploadState.Failed, Error = SpoolErrors.MadeRoom(), Updated = time.GetUtcNow() }, lease.Lease, Durability.Power, null, cancellationToken).ConfigureAwait(false) == StoreOutcome.Written;
                }
            }

            return dropped;
        }
        finally
        {
            if (dropped)
            {
                SpoolLog.MadeRoom(log, id, file.Length);
                file.Delete();
            }
            else
            {
                folder.PutBack(id, file);
            }
        }
    }

    private static bool IsSpooled(UploadRecord record) => record is { Source.Kind: "spool", State: not UploadState.Done };

    /// <summary>A record that cannot be read may name it: it stays until that record goes.</summary>
    private async Task<bool> IsNamedAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            return await store.Uploads.FindAsync(id, cancellationToken).ConfigureAwait(false) is { } record && IsSpooled(record);
        }
        catch (SluiceException e) when (e.Error.Code == ErrorCodes.StateCorrupt || e.Error.Code == ErrorCodes.StateNewer)
        {
            return true;
        }
    }
}

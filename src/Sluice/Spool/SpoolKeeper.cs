using Microsoft.Extensions.Logging;
using Sluice.Buffers;
using Sluice.Checkpoints;
using Sluice.Errors;
using Sluice.Relay;

namespace Sluice.Spool;

/// <summary>
/// Keeps the spool in step with the records: finds space, at the cost of uploads that stand still where there is no other way,
/// and removes files nobody's record names. A file that some process has open is never touched, however old it is or its lease.
/// </summary>
internal sealed class SpoolKeeper(SpoolFolder folder, ICheckpointStore store, string holder, LeaseOptions leases, TimeProvider time, ILogger log)
{
    private readonly SpoolEviction _eviction = new(folder, store, holder, leases, time, log);

    public SpoolFolder Folder => folder;

    /// <summary>Called with the id of an upload whose bytes had to make room.</summary>
    public Action<string>? MadeRoom
    {
        get => _eviction.MadeRoom;
        set => _eviction.MadeRoom = value;
    }

    /// <summary>
    /// The bytes of a client's upload that lie on the disk, and room for more; null where nothing may be put there
    /// (<see cref="SpoolFolder.Refusal"/>). Nothing is made before the first byte.
    /// </summary>
    /// <param name="uploadId">The upload.</param>
    /// <param name="length">Its length.</param>
    /// <param name="prefix">The end of what Notion has: what lies on the disk is of use only where it goes on there.</param>
    public SpoolRun? OpenRun(string uploadId, long length, long prefix)
    {
        try
        {
            return folder.Refusal() is null ? SpoolRun.Open(this, uploadId, length, prefix) : null;
        }
        catch (SluiceException)
        {
            // The folder's disk does not say how much it has.
            return null;
        }
    }

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

        await _eviction.MakeRoomAsync(space.ShortBy(bytes), cancellationToken).ConfigureAwait(false);
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
                await _eviction.MakeRoomAsync(space.ShortBy(0), cancellationToken).ConfigureAwait(false);
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

        await _eviction.MakeRoomAsync(folder.Space().MissingFor(by), cancellationToken).ConfigureAwait(false);
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

    /// <summary>What a stream left is kept until it is done, what a client sent until its upload is over.</summary>
    private static bool IsSpooled(UploadRecord record) => record.Source?.Kind switch
    {
        "spool" => record.State is not UploadState.Done,
        RelayRecords.Kind => record.State is not (UploadState.Done or UploadState.Failed or UploadState.Expired or UploadState.Cancelled),
        _ => false,
    };

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

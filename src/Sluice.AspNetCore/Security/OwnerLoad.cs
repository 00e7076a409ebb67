using Sluice.Checkpoints;
using Sluice.Relay;

namespace Sluice.AspNetCore.Security;

/// <summary>
/// Open uploads by owner, for the limit on them. Counted from the records, at most once a minute while the owner is below the
/// limit: in between, what was made here is added and what ended is not taken off.
/// </summary>
internal sealed class OwnerLoad(IRelayUploads uploads, int limit, TimeProvider time)
{
    private static readonly TimeSpan Believed = TimeSpan.FromMinutes(1);
    private static readonly UploadState[] Open = [UploadState.Waiting, UploadState.Staged, UploadState.Transferring, UploadState.Finishing, UploadState.Interrupted];

    private const int MaxOwners = 10_000;

    private readonly Dictionary<string, (int Count, long At)> _owners = [];
    private readonly Lock _lock = new();

    /// <summary>Counts one more; false where the owner has as many as allowed.</summary>
    public async ValueTask<bool> TryAddAsync(string owner, CancellationToken cancellationToken)
    {
        if (TryAddBelieved(owner))
        {
            return true;
        }

        var count = await CountAsync(owner, cancellationToken);
        lock (_lock)
        {
            if (_owners.Count >= MaxOwners)
            {
                _owners.Clear();
            }

            _owners[owner] = (count + (count < limit ? 1 : 0), time.GetTimestamp());
        }

        return count < limit;
    }

    private bool TryAddBelieved(string owner)
    {
        lock (_lock)
        {
            if (!_owners.TryGetValue(owner, out var known) || known.Count >= limit || time.GetElapsedTime(known.At) >= Believed)
            {
                return false;
            }

            _owners[owner] = (known.Count + 1, known.At);
            return true;
        }
    }

    private async ValueTask<int> CountAsync(string owner, CancellationToken cancellationToken)
    {
        var count = 0;
        string? cursor = null;
        do
        {
            var page = await uploads.ListAsync(new UploadQuery(owner, Open, Math.Min(500, limit), cursor), cancellationToken);
            count += page.Records.Count;
            cursor = page.NextCursor;
        }
        while (cursor is not null && count < limit);
        return count;
    }
}

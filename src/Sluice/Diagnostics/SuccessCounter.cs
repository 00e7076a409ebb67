using Sluice.Checkpoints;

namespace Sluice.Diagnostics;

/// <summary>Counts how the uploads of the last 24 h ended, from the store's records. Reading them costs, so the answer is kept until an upload has ended since, ten minutes at most.</summary>
internal sealed class SuccessCounter(IUploadStore uploads, TimeProvider time)
{
    private static readonly TimeSpan Day = TimeSpan.FromHours(24);

    private static readonly TimeSpan KeptFor = TimeSpan.FromMinutes(10);

    /// <summary>A node has 2,000 uploads open at most; more records than this are not read, the newest count.</summary>
    private const int MostPages = 50;

    private static readonly UploadState[] Ends = [UploadState.Done, UploadState.Failed, UploadState.Expired];

    private SuccessTally? _tally;
    private long _at;
    private int _ended;
    private int _counted = -1;

    /// <summary>The last count; null before the first.</summary>
    public SuccessTally? Last => Volatile.Read(ref _tally);

    /// <summary>An upload of this process ended.</summary>
    public void UploadEnded() => Interlocked.Increment(ref _ended);

    /// <summary>Counts anew where that can change something.</summary>
    public async ValueTask<SuccessTally> CountAsync(CancellationToken cancellationToken)
    {
        var ended = Volatile.Read(ref _ended);
        if (_tally is { } known && ended == _counted && time.GetElapsedTime(_at) < KeptFor)
        {
            return known;
        }

        var since = time.GetUtcNow() - Day;
        var (done, lost) = (0, 0);
        string? cursor = null;
        for (var pages = 0; pages < MostPages; pages++)
        {
            var page = await uploads.ListAsync(new UploadQuery(States: Ends, Limit: 100, Cursor: cursor), cancellationToken).ConfigureAwait(false);
            foreach (var record in page.Records)
            {
                done += record.Updated >= since && record.State == UploadState.Done ? 1 : 0;
                lost += record.Updated >= since && record.State != UploadState.Done ? 1 : 0;
            }

            cursor = page.NextCursor;
            if (cursor is null)
            {
                break;
            }
        }

        var tally = new SuccessTally(done, lost);
        (_counted, _at) = (ended, time.GetTimestamp());
        Volatile.Write(ref _tally, tally);
        return tally;
    }
}

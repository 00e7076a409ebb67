using Sluice.Checkpoints;

namespace Sluice.Diagnostics;

/// <summary>Counts how the uploads of the last 24 h ended, from the store's records. Reading them costs, so the answer is kept until an upload has ended since, ten minutes at most.</summary>
internal sealed class SuccessCounter(IUploadStore uploads, TimeProvider time)
{
    private static readonly TimeSpan Day = TimeSpan.FromHours(24);

    private static readonly TimeSpan KeptFor = TimeSpan.FromMinutes(10);

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

        var counts = await uploads.CountAsync(Day, cancellationToken).ConfigureAwait(false);
        var tally = new SuccessTally(counts.GetValueOrDefault(UploadState.Done), counts.GetValueOrDefault(UploadState.Failed) + counts.GetValueOrDefault(UploadState.Expired));
        (_counted, _at) = (ended, time.GetTimestamp());
        Volatile.Write(ref _tally, tally);
        return tally;
    }
}

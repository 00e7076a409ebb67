using System.Diagnostics.CodeAnalysis;

namespace Sluice.Relay;

/// <summary>One request's body while it is the upload's source. Its counters are guarded by the feed's lock.</summary>
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification = "The source has no timer, and a late Cut must still find it.")]
internal sealed class FeedBody
{
    private readonly CancellationTokenSource _cut = new();
    private readonly TaskCompletionSource<BodyEnd> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private BodyEnd _why = BodyEnd.Cut;

    /// <summary>Takes a body over.</summary>
    /// <param name="stream">Read here and nowhere else.</param>
    /// <param name="remaining">How many bytes it may still bring.</param>
    /// <param name="exact">True where it brings exactly that many: its end needs no further read.</param>
    /// <param name="now">A monotonic timestamp.</param>
    public FeedBody(Stream stream, long remaining, bool exact, long now)
    {
        Stream = stream;
        Remaining = remaining;
        Exact = exact;
        MovedAt = now;
    }

    public Stream Stream { get; }

    public long Remaining { get; set; }

    public bool Exact { get; }

    /// <summary>True while somebody reads from it.</summary>
    public bool Busy { get; set; }

    /// <summary>When it last gave a byte, or a read of it began.</summary>
    public long MovedAt { get; set; }

    /// <summary>Cancelled when no read of it may go on.</summary>
    public CancellationToken CutToken => _cut.Token;

    /// <summary>How it ended; completes when nobody reads from it any more.</summary>
    public Task<BodyEnd> Ended => _ended.Task;

    public bool IsOver => _ended.Task.IsCompleted;

    /// <summary>Ends the read that may be under way; the body is over when that read has returned. The first reason stays.</summary>
    public void Cut(BodyEnd why)
    {
        if (!_cut.IsCancellationRequested)
        {
            _why = why;
            _cut.Cancel();
        }
    }

    /// <summary>Nobody reads from it any more.</summary>
    /// <param name="why">How it ended; null: for the reason of <see cref="Cut"/>.</param>
    public void End(BodyEnd? why = null) => _ended.TrySetResult(why ?? _why);
}

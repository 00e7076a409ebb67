namespace Sluice.Pacing;

/// <summary>
/// Feeds <see cref="RateLearner"/>: tells full windows from disturbed ones, counts refused requests out, and takes over what
/// other processes learned. Guarded by its owner.
/// </summary>
internal sealed class LearnedRate(TimeSpan window, TimeProvider time)
{
    private readonly RateLearner _learner = new();
    private readonly long _start = time.GetTimestamp();
    private readonly Queue<long> _refused = new();
    private long _judgedAt = time.GetTimestamp();
    private int _lastUsed;
    private bool _heard;

    /// <summary>Requests a minute.</summary>
    public int PerMinute => _learner.PerMinute;

    private TimeSpan Now => time.GetElapsedTime(_start);

    /// <summary>The store's answer: what an earlier process, or another one now, was refused at, and what all took.</summary>
    public void Heard(int? saved, int usedInWindow)
    {
        _lastUsed = usedInWindow;
        if (saved is { } rate && (!_heard || rate < PerMinute))
        {
            _learner.Remember(rate, Now);
        }

        _heard = true;
    }

    /// <summary>A 429 came: the window before and the one after it teach nothing about a larger number.</summary>
    public void Disturbed() => _judgedAt = time.GetTimestamp();

    /// <summary>Nothing is left of the window and somebody waits. Judged once a window.</summary>
    public void Spent()
    {
        if (time.GetElapsedTime(_judgedAt) >= window && _learner.WindowSpent(Now))
        {
            _judgedAt = time.GetTimestamp();
        }
    }

    /// <summary>A request was refused; <paramref name="used"/>: what all processes asked for in the window, null where the store did not say. The number that follows.</summary>
    public int Refused(int? used)
    {
        var now = time.GetTimestamp();
        while (_refused.TryPeek(out var oldest) && time.GetElapsedTime(oldest, now) >= window)
        {
            _refused.Dequeue();
        }

        // What was refused was asked for, but not taken.
        _refused.Enqueue(now);
        _learner.Refused((used ?? _lastUsed) - _refused.Count, Now);
        return PerMinute;
    }
}

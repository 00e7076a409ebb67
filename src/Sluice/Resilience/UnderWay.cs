namespace Sluice.Resilience;

/// <summary>The attempts under way, and since when one of them stands still. Guarded by its owner.</summary>
internal sealed class UnderWay(TimeProvider time, long start)
{
    private readonly HashSet<Attempt> _attempts = [];

    public void Add(Attempt attempt) => _attempts.Add(attempt);

    public void Remove(Attempt attempt) => _attempts.Remove(attempt);

    /// <summary>When something that last moved then begins to count as standing still.</summary>
    public TimeSpan StillSince(long moved) => time.GetElapsedTime(start, moved) + CircuitState.Hanging;

    /// <summary>Until when nothing stands still: a moment that is past where something does.</summary>
    public TimeSpan QuietUntil()
    {
        var oldest = time.GetTimestamp();
        foreach (var attempt in _attempts)
        {
            oldest = Math.Min(oldest, attempt.MovedTimestamp);
        }

        return StillSince(oldest);
    }
}

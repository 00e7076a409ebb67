namespace Sluice.Resilience;

/// <summary>
/// Sums up how long an upload's attempts have been failing with none succeeding. Only attempts and the delays between them
/// count, overlapping ones once; waiting for anything else does not. Pure arithmetic on monotonic timestamps; guarded by its own lock.
/// </summary>
internal sealed class GiveUpClock(TimeProvider time, TimeSpan limit)
{
    private readonly Lock _lock = new();
    private long _countedUntil = long.MinValue;
    private TimeSpan _failing;

    /// <summary>True once the failing time reached the limit.</summary>
    public bool Exhausted
    {
        get
        {
            lock (_lock)
            {
                return _failing >= limit;
            }
        }
    }

    /// <summary>Counts a failed attempt, or the delay after one, from its start to now.</summary>
    public void Failing(long startTimestamp)
    {
        var now = time.GetTimestamp();
        lock (_lock)
        {
            var from = Math.Max(startTimestamp, _countedUntil);
            if (now > from)
            {
                _failing += time.GetElapsedTime(from, now);
                _countedUntil = now;
            }
        }
    }

    /// <summary>An attempt succeeded: begin anew.</summary>
    public void Succeeded()
    {
        lock (_lock)
        {
            _failing = TimeSpan.Zero;
            _countedUntil = time.GetTimestamp();
        }
    }
}

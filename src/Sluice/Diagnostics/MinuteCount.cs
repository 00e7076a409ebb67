namespace Sluice.Diagnostics;

/// <summary>How many events the last minute had, to the second.</summary>
internal sealed class MinuteCount(TimeProvider time)
{
    private const int Seconds = 60;

    private readonly Lock _lock = new();
    private readonly long _start = time.GetTimestamp();
    private readonly int[] _buckets = new int[Seconds];
    private long _last;

    /// <summary>One more event, now.</summary>
    public void Add()
    {
        lock (_lock)
        {
            _buckets[MoveUnderLock() % Seconds]++;
        }
    }

    /// <summary>Events of the last 60 seconds.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                MoveUnderLock();
                return _buckets.Sum();
            }
        }
    }

    /// <summary>Empties the buckets of seconds that came since; gives the second that runs.</summary>
    private long MoveUnderLock()
    {
        var now = (long)time.GetElapsedTime(_start).TotalSeconds;
        for (var second = Math.Max(_last + 1, now - Seconds + 1); second <= now; second++)
        {
            _buckets[second % Seconds] = 0;
        }

        _last = Math.Max(_last, now);
        return _last;
    }
}

namespace Sluice.Simulator.State;

/// <summary>One token's budget: a fixed minute that begins with its first request; under <c>rough</c> a bucket of three a second instead.</summary>
internal sealed class RateWindow
{
    private DateTimeOffset _start = DateTimeOffset.MinValue;
    private int _count;
    private double _tokens = 3;
    private DateTimeOffset _filled = DateTimeOffset.MinValue;

    /// <summary>Counts a request; the seconds to wait where it is refused.</summary>
    public int? Take(int perMinute, DateTimeOffset now)
    {
        if (perMinute <= 0)
        {
            return null;
        }

        if (now - _start >= TimeSpan.FromMinutes(1))
        {
            (_start, _count) = (now, 0);
        }

        if (_count >= perMinute)
        {
            return (int)Math.Max(1, Math.Ceiling((_start.AddMinutes(1) - now).TotalSeconds));
        }

        _count++;
        return null;
    }

    /// <summary>Three a second with bursts of three.</summary>
    public int? TakeFromBucket(DateTimeOffset now)
    {
        _tokens = _filled == DateTimeOffset.MinValue ? 3 : Math.Min(3, _tokens + ((now - _filled).TotalSeconds * 3));
        _filled = now;
        if (_tokens < 1)
        {
            return 1;
        }

        _tokens--;
        return null;
    }
}

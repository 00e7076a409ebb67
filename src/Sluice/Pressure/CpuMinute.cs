namespace Sluice.Pressure;

/// <summary>The last minute of CPU shares: a load that holds for a minute is one, a burst of seconds is none. Guarded by its owner's lock; RuleTests.</summary>
internal sealed class CpuMinute
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly Queue<(TimeSpan At, double Percent)> _shares = new();

    /// <summary>A share that was measured up to now.</summary>
    public void Add(TimeSpan now, double percent)
    {
        _shares.Enqueue((now, percent));

        // The one before the minute covers its beginning.
        while (_shares.Count > 1 && _shares.ElementAt(1).At <= now - Minute)
        {
            _shares.Dequeue();
        }
    }

    /// <summary>The least share of the last minute; 0 where it does not cover one, or nothing was measured lately.</summary>
    public double Least(TimeSpan now)
    {
        if (_shares.Count == 0 || _shares.Peek().At > now - Minute || _shares.Last().At <= now - Minute)
        {
            return 0;
        }

        return _shares.Min(static s => s.Percent);
    }
}

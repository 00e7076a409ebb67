using Sluice.Checkpoints;

namespace Sluice.Pacing;

/// <summary>
/// What one process holds of the shared budget: grants that are not used yet, and used ones whose ages the store has still to
/// hear. Pure state on monotonic timestamps; guarded by its owner.
/// </summary>
internal sealed class HeldGrants(TimeProvider time)
{
    /// <summary>How long a grant may be used.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromSeconds(10);

    private readonly List<long> _used = [];
    private long _ends;
    private int _elsewhere;

    /// <summary>Grants that may be used now.</summary>
    public int Count { get; private set; }

    /// <summary>What is left of the window, over all processes: our grants and what nobody had taken when the store last answered.</summary>
    public int LeftInWindow => _elsewhere + Count;

    /// <summary>Drops grants whose time is over; the store counts them from their end.</summary>
    public void Look(long now)
    {
        if (now >= _ends)
        {
            Count = 0;
        }
    }

    /// <summary>Spends one.</summary>
    public void Use(long now)
    {
        Count--;
        _used.Add(now);
    }

    /// <summary>Takes back one that was spent but not used; false where the store heard of it already and counts it.</summary>
    public bool TakeBack(long usedAt, long now)
    {
        if (!_used.Remove(usedAt))
        {
            return false;
        }

        Count += now < _ends ? 1 : 0;
        return true;
    }

    /// <summary>What the store has to hear: the ages of used grants.</summary>
    public IReadOnlyList<TimeSpan> Settle(long now)
    {
        var ages = _used.ConvertAll(at => time.GetElapsedTime(at, now));
        _used.Clear();
        return ages;
    }

    /// <summary>The store did not hear it: told again, with greater ages, next time.</summary>
    public void Unsettle(IReadOnlyList<TimeSpan> ages, long askedAt) => _used.InsertRange(0, ages.Select(age => askedAt - Ticks(age)));

    /// <summary>Gives all unused grants back; how many there were.</summary>
    public int GiveUp(long now)
    {
        Look(now);
        var count = Count;
        Count = 0;
        return count;
    }

    /// <summary>New grants. They end by the store's clock, which read its time after <paramref name="askedAt"/>: counting from then is on the safe side.</summary>
    public void Add(PaceAnswer answer, int limit, long askedAt)
    {
        Count = answer.Granted;
        _elsewhere = Math.Max(0, limit - answer.UsedInWindow);
        _ends = askedAt + Ticks(Life);
    }

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * time.TimestampFrequency);
}

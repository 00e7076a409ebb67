namespace Sluice.Pacing;

/// <summary>
/// Learns how many requests a minute Notion takes: a window spent fully with work waiting and no 429 raises the number by a
/// tenth; a 429 for this connection's own limit sets it to what the ended window took, and there it stays for a day. Pure.
/// </summary>
internal sealed class RateLearner
{
    /// <summary>The budget of every plan but the largest; source: docs/notion.md, request limits.</summary>
    public const int Start = 180;

    /// <summary>The budget of the largest plans.</summary>
    public const int Most = 600;

    /// <summary>
    /// Half of the smallest plan's budget, which is what a token shared with another program may be left with. Fewer says more about
    /// a disturbed window than about a plan; where it is true after all, waiting as told keeps us within it.
    /// </summary>
    public const int Least = 90;

    private static readonly TimeSpan Remembered = TimeSpan.FromHours(24);

    private TimeSpan? _refusedAt;

    /// <summary>Requests a minute.</summary>
    public int PerMinute { get; private set; } = Start;

    /// <summary>Takes over what an earlier process learned.</summary>
    public void Remember(int perMinute, TimeSpan now)
    {
        PerMinute = Math.Clamp(perMinute, Least, Most);
        _refusedAt = now;
    }

    /// <summary>A window was spent fully while work was waiting.</summary>
    public bool WindowSpent(TimeSpan now)
    {
        if (_refusedAt is { } at && now - at < Remembered)
        {
            return false;
        }

        var before = PerMinute;
        PerMinute = Math.Min(Most, PerMinute + Math.Max(1, PerMinute / 10));
        return PerMinute != before;
    }

    /// <summary>A 429 for this connection's limit after a window that took so many requests.</summary>
    public void Refused(int tookInWindow, TimeSpan now)
    {
        PerMinute = Math.Clamp(tookInWindow, Least, PerMinute);
        _refusedAt = now;
    }
}

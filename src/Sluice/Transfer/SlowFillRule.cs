namespace Sluice.Transfer;

/// <summary>
/// Who fills slowly must not keep a ticket that another waits for (design: the path of a byte, 1). Nobody waiting, memory is
/// cheaper than the disk. Pure; SlowFillRuleTests.
/// </summary>
internal static class SlowFillRule
{
    /// <summary>A fill that will take longer is slow.</summary>
    public static readonly TimeSpan Slow = TimeSpan.FromSeconds(2);

    /// <summary>A ticket that is not filled after this long moves to the spool where somebody waits.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>How often it is looked at after that.</summary>
    public static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(1);

    /// <summary>Whether a fill is slow at a measured rate; one that was not measured is not.</summary>
    public static bool IsSlow(long missing, double? bytesPerSecond) => bytesPerSecond is { } rate && missing > rate * Slow.TotalSeconds;

    /// <summary>Where a new fill begins.</summary>
    /// <param name="othersWait">Whether another open upload waits for a ticket.</param>
    /// <param name="isSlow">Whether this fill is slow.</param>
    /// <param name="hasRoom">Whether the spool has room for the part at once.</param>
    /// <param name="slowTickets">Tickets that slow fills hold.</param>
    /// <param name="tickets">How many tickets there are.</param>
    public static FillPlace Begin(bool othersWait, bool isSlow, bool hasRoom, int slowTickets, int tickets) =>
        !othersWait || !isSlow ? FillPlace.Memory
        : hasRoom ? FillPlace.Spool
        : slowTickets < MostSlow(tickets) ? FillPlace.Memory
        : FillPlace.Wait;

    /// <summary>Whether a ticketed fill should move to the spool, where that has room.</summary>
    public static bool ShouldMove(bool othersWait, TimeSpan filling) => othersWait && filling >= Patience;

    /// <summary>Without the spool at most half of the tickets are slow fills', and one where there is only one.</summary>
    public static int MostSlow(int tickets) => Math.Max(1, tickets / 2);
}

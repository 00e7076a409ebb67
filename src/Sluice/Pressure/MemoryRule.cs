using Sluice.Buffers;
using Sluice.Pacing;

namespace Sluice.Pressure;

/// <summary>
/// Judges memory by what nobody planned for: (RSS - warm-up - parts) / (limit - warm-up - budget). Tickets are planned, so a
/// full budget is no pressure; parts count as far as their pages are resident, because that is what RSS holds of them.
/// Pressure reduces new fills only: fewer senders would keep the memory full. Pure; RuleTests.
/// </summary>
internal static class MemoryRule
{
    /// <summary>A level is left only this far below its mark, so that a value at the mark does not flap.</summary>
    public const double Slack = 5;

    /// <summary>Decides.</summary>
    /// <param name="facts">What was read.</param>
    /// <param name="memory">Limit and marks.</param>
    /// <param name="marks">The marks of fills.</param>
    /// <param name="before">The level so far.</param>
    public static MemoryDecision Decide(in MemoryFacts facts, MemoryOptions memory, ConcurrencyOptions marks, PressureLevel before)
    {
        double? group = facts is { GroupUsedBytes: { } used, GroupLimitBytes: { } limit and > 0 } ? 100.0 * used / limit : null;
        var emergency = group >= memory.EmergencyPercent;
        var unplanned = Math.Max(0, facts.RssBytes - facts.WarmUpBytes - facts.PlannedBytes);
        var room = ((long)memory.LimitMb << 20) - facts.WarmUpBytes - facts.BudgetBytes;
        if (room <= 0 || facts.RssBytes == 0)
        {
            // A process that is larger than its limit before the first part cannot be kept below it by us; halting it would help nobody.
            return new(PressureLevel.Normal, null, false, emergency, unplanned, room, group);
        }

        var percent = 100.0 * unplanned / room;
        var level = IsAbove(percent, marks.HighMemoryPercent, before >= PressureLevel.High) ? PressureLevel.High
            : IsAbove(percent, marks.MiddleMemoryPercent, before >= PressureLevel.Middle) ? PressureLevel.Middle
            : PressureLevel.Normal;
        return new(level, percent, percent >= memory.CollectAtPercent, emergency, unplanned, room, group);
    }

    /// <summary>How much of the budget new fills may take at a level: never so little that the first in line could not be served.</summary>
    public static long Allowed(PressureLevel level, long budgetBytes) => level switch
    {
        PressureLevel.High => 0,
        PressureLevel.Middle => budgetBytes / 2,
        _ => budgetBytes,
    };

    private static bool IsAbove(double percent, int mark, bool wasAbove) => percent >= (wasAbove ? mark - Slack : mark);
}

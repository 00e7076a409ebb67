using System.Globalization;

namespace Sluice.Pressure;

/// <summary>What memory allows, and why.</summary>
/// <param name="Level">How far new fills are reduced.</param>
/// <param name="Percent">The share of unplanned memory that is used; null where it cannot be said.</param>
/// <param name="Collect">A collection is due.</param>
/// <param name="Emergency">New uploads are to be refused: the control group is near its limit.</param>
/// <param name="UnplannedBytes">Memory beside warm-up and parts.</param>
/// <param name="RoomBytes">How much of that the limit leaves; 0 or less: the limit cannot be kept.</param>
/// <param name="GroupPercent">What the control group uses of its limit; null: not known.</param>
internal readonly record struct MemoryDecision(PressureLevel Level, double? Percent, bool Collect, bool Emergency, long UnplannedBytes, long RoomBytes, double? GroupPercent)
{
    /// <summary>A sentence; made only when it is asked for.</summary>
    public string Reason
    {
        get
        {
            var emergency = Emergency ? string.Create(CultureInfo.InvariantCulture, $"; the control group uses {GroupPercent:F0} % of its limit, new uploads are refused") : "";
            if (Percent is not { } percent)
            {
                return string.Create(CultureInfo.InvariantCulture, $"Memory:LimitMb leaves nothing beside warm-up and part buffers, so unplanned memory is not judged: raise it to what the process may take{emergency}");
            }

            var what = Level switch
            {
                PressureLevel.High => "new fills go one at a time",
                PressureLevel.Middle => "new fills get half of the budget",
                _ => "new fills are free",
            };
            return string.Create(CultureInfo.InvariantCulture, $"unplanned memory is {UnplannedBytes / 1048576.0:F1} of {RoomBytes / 1048576.0:F1} MiB ({percent:F0} %): {what}{emergency}");
        }
    }
}

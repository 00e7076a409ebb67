using Sluice.Pacing;

namespace Sluice.Pressure;

/// <summary>
/// Senders' ceiling by the process's share of its CPU quota. Only our own CPU time counts: fewer senders of ours would not help
/// against a neighbour. Pure; RuleTests.
/// </summary>
internal static class CpuRule
{
    /// <summary>The share of the quota used between two readings, in percent; 0 where no time passed.</summary>
    public static double Percent(TimeSpan used, TimeSpan elapsed, double cpus) =>
        elapsed <= TimeSpan.Zero || cpus <= 0 ? 0 : Math.Max(0, 100 * used.TotalSeconds / (elapsed.TotalSeconds * cpus));

    /// <summary>Decides.</summary>
    /// <param name="percent">CPU used, of the quota.</param>
    /// <param name="throttled">How long the kernel held the process back meanwhile.</param>
    /// <param name="inForce">Senders at most, at present.</param>
    /// <param name="options">Marks, minimum and maximum.</param>
    public static CpuDecision Decide(double percent, TimeSpan throttled, int inForce, ConcurrencyOptions options)
    {
        var (least, most) = (Math.Max(1, options.MinWorkers), Math.Max(options.MinWorkers, options.MaxWorkers));
        var now = Math.Clamp(inForce, least, most);
        return percent >= options.HighCpuPercent ? new(least, CpuStep.Minimum, percent, throttled)
            : percent >= options.ScaleDownCpuPercent ? new(Math.Max(least, now - 1), CpuStep.Down, percent, throttled)
            : percent >= options.MiddleCpuPercent ? new(now, CpuStep.Hold, percent, throttled)
            : new(most, CpuStep.Free, percent, throttled);
    }
}

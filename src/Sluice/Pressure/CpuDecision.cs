using System.Globalization;

namespace Sluice.Pressure;

/// <summary>What the CPU allows, and why.</summary>
/// <param name="Ceiling">Senders at most.</param>
/// <param name="Step">What is done about senders.</param>
/// <param name="Percent">CPU used, of what the process may use.</param>
/// <param name="Throttled">How long the kernel held the process back meanwhile.</param>
internal readonly record struct CpuDecision(int Ceiling, CpuStep Step, double Percent, TimeSpan Throttled)
{
    /// <summary>A sentence; made only when it is asked for.</summary>
    public string Reason
    {
        get
        {
            var held = Throttled > TimeSpan.Zero ? string.Create(CultureInfo.InvariantCulture, $", held back for {Throttled.TotalSeconds:F1} s") : "";
            var what = Step switch
            {
                CpuStep.Minimum => $"senders fall to the minimum of {Ceiling}",
                CpuStep.Down => $"one sender less, {Ceiling} at most",
                CpuStep.Hold => $"no more senders than the present {Ceiling}",
                _ => $"up to {Ceiling} senders",
            };
            return string.Create(CultureInfo.InvariantCulture, $"CPU is at {Percent:F0} % of the quota{held}: {what}");
        }
    }
}

using Sluice.Resilience;

namespace Sluice.AspNetCore.Admission;

/// <summary>What the admission rule judges by. Plain values, read at one moment.</summary>
internal readonly record struct AdmissionFacts
{
    /// <summary>The gateway stops.</summary>
    public bool Draining { get; init; }

    /// <summary>Uploads that are accepted and not over, the one that asks not among them.</summary>
    public int Open { get; init; }

    /// <summary>Of them, those that hold a part buffer or a send.</summary>
    public int Active { get; init; }

    /// <summary>Of them, those whose next part would be here as soon as it got memory, and which wait for it.</summary>
    public int Queued { get; init; }

    /// <summary>CPU used, percent of the quota, over the last five seconds or more.</summary>
    public double CpuPercent { get; init; }

    /// <summary>The least that it was over the last minute; 0 where a minute was not looked at yet.</summary>
    public double SustainedCpuPercent { get; init; }

    /// <summary>What the control group will use, percent of its limit, once every ticket that is out is filled; null: no limit, or not known.</summary>
    public double? ProjectedMemoryPercent { get; init; }

    /// <summary>The circuit breaker's state.</summary>
    public BreakerState Breaker { get; init; }

    /// <summary>What remains of its break.</summary>
    public TimeSpan BreakRemaining { get; init; }

    /// <summary>What remains of the wait that Notion asked for.</summary>
    public TimeSpan NotBefore { get; init; }

    /// <summary>How long this upload can be held while its client sees its offset advance, or its bytes gather in the spool.</summary>
    public TimeSpan CanBridge { get; init; }
}

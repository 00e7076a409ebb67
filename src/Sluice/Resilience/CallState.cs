using Polly;

namespace Sluice.Resilience;

/// <summary>What the strategies of one execution know of each other, carried by Polly's context.</summary>
internal sealed class CallState(CallPlan plan)
{
    public static readonly ResiliencePropertyKey<CallState> Key = new("sluice.call");

    public CallPlan Plan => plan;

    /// <summary>The last attempt was one of the half-open breaker's trials: its failure spends no attempt.</summary>
    public bool WasTrial { get; set; }

    /// <summary>How long the last attempt took.</summary>
    public TimeSpan Duration { get; set; }

    /// <summary>What the last attempt moved, in bytes.</summary>
    public long SentBytes { get; set; }

    /// <summary>When the last attempt began, as a monotonic timestamp.</summary>
    public long Start { get; set; }

    /// <summary>The breaker's admission the call goes out under.</summary>
    public Admission Admission { get; set; }

    /// <summary>The attempt under way.</summary>
    public Attempt? Attempt { get; set; }

    public static CallState Of(ResilienceContext context) => context.Properties.GetValue(Key, null!);
}

namespace Sluice.Resilience;

/// <summary>When calls stop because Notion fails. Section <c>CircuitBreaker</c>. Defaults are those of the small profile.</summary>
public sealed class CircuitBreakerOptions
{
    /// <summary>Failures in a row that open the breaker, 1 to 1,000.</summary>
    public int FailureThreshold { get; set; } = 5;

    /// <summary>A row is forgotten after this long without a failure and without a call that hangs.</summary>
    public TimeSpan Window { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How long the breaker stays open.</summary>
    public TimeSpan BreakDuration { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Real calls let through before the breaker decides.</summary>
    public int HalfOpenMaxCalls { get; set; } = 3;

    /// <summary>Parts in flight after the breaker closed.</summary>
    public int RampStart { get; set; } = 1;

    /// <summary>The ramp doubles after each such time without failure.</summary>
    public TimeSpan RampStep { get; set; } = TimeSpan.FromSeconds(10);
}

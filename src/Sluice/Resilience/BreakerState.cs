namespace Sluice.Resilience;

/// <summary>The states of the circuit breaker, in the order of the metric's values.</summary>
internal enum BreakerState
{
    /// <summary>Calls go through.</summary>
    Closed,

    /// <summary>A few calls go through; the first that ends decides.</summary>
    HalfOpen,

    /// <summary>Calls wait.</summary>
    Open,

    /// <summary>The token was refused: calls fail at once until the configuration changes.</summary>
    Isolated,
}

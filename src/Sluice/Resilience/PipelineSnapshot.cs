namespace Sluice.Resilience;

/// <summary>Where a connection stands at one moment.</summary>
/// <param name="Breaker">The breaker's state.</param>
/// <param name="BreakRemaining">What remains of its break.</param>
/// <param name="Limit">Parts in flight, at most.</param>
/// <param name="LimitReason">Why, in a word.</param>
/// <param name="InFlight">Parts in flight.</param>
/// <param name="RequestsPerWindow">The budget; null: none.</param>
/// <param name="NotBefore">What remains of the wait Notion asked for.</param>
internal sealed record PipelineSnapshot(BreakerState Breaker, TimeSpan BreakRemaining, int Limit, string LimitReason, int InFlight, int? RequestsPerWindow, TimeSpan NotBefore);

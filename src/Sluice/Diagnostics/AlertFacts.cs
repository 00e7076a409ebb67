using Sluice.Resilience;

namespace Sluice.Diagnostics;

/// <summary>What the alert rules judge by. Plain values.</summary>
/// <param name="RssBytes">The process's resident memory.</param>
/// <param name="Success">How the uploads of the last 24 h ended; null: not known.</param>
/// <param name="Breaker">The breaker's state.</param>
/// <param name="Queued">Uploads that wait for their turn.</param>
/// <param name="QueueLimit">How many may; null: no limit.</param>
internal readonly record struct AlertFacts(long RssBytes, SuccessTally? Success, BreakerState Breaker, int Queued, int? QueueLimit);

using Microsoft.Extensions.Logging;

namespace Sluice.Resilience;

/// <summary>Log lines of the resilience strategies; event ids 200 to 249.</summary>
internal static partial class ResilienceLog
{
    [LoggerMessage(200, LogLevel.Warning, "The circuit breaker is {State} now")]
    public static partial void BreakerChanged(ILogger log, BreakerState state);
}

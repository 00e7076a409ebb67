using System.Globalization;
using Sluice.Resilience;

namespace Sluice.Diagnostics;

/// <summary>Which alerts hold. Pure; AlertTests.</summary>
internal static class AlertRules
{
    /// <summary>A rate of fewer uploads says nothing.</summary>
    public const int LeastRecords = 10;

    /// <summary>Every alert that holds now, with its reason.</summary>
    public static IEnumerable<Alert> Active(AlertFacts facts, MonitoringOptions options)
    {
        if (facts.RssBytes > (long)options.MemoryAlertMb << 20)
        {
            yield return new(AlertNames.Memory, $"the process uses {facts.RssBytes >> 20:N0} MiB, more than Monitoring:MemoryAlertMb ({options.MemoryAlertMb})");
        }

        if (facts.Success is { Count: >= LeastRecords, Ratio: { } ratio } tally && ratio * 100 < options.SuccessRateAlertPercent)
        {
            yield return new(AlertNames.SuccessRate, string.Create(CultureInfo.InvariantCulture, $"{tally.Done} of {tally.Count} uploads of the last 24 h ended done ({ratio * 100:F1} %), less than Monitoring:SuccessRateAlertPercent ({options.SuccessRateAlertPercent})"));
        }

        if (facts.Breaker is BreakerState.Open or BreakerState.Isolated)
        {
            yield return new(AlertNames.BreakerOpen, facts.Breaker == BreakerState.Open ? "Notion fails, so calls wait; uploads keep their place" : "Notion refused the token, so calls fail until it is changed");
        }

        if (facts.QueueLimit is { } limit && facts.Queued >= limit)
        {
            yield return new(AlertNames.QueueFull, $"{facts.Queued} uploads wait for their turn, and no more than {limit} may");
        }
    }
}

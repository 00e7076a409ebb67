namespace Sluice.Diagnostics;

/// <summary>What alerts there are; also the metric's tag.</summary>
internal static class AlertNames
{
    public const string Memory = "memory";
    public const string SuccessRate = "success_rate";
    public const string BreakerOpen = "breaker_open";
    public const string QueueFull = "queue_full";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Memory, SuccessRate, BreakerOpen, QueueFull];
}

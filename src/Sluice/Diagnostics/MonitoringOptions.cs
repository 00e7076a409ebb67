namespace Sluice.Diagnostics;

/// <summary>What is reported and when somebody is told. Section <c>Monitoring</c>. Defaults are those of the small profile.</summary>
public sealed class MonitoringOptions
{
    /// <summary>How often numbers are reported.</summary>
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Alert above this much memory, MiB.</summary>
    public int MemoryAlertMb { get; set; } = 400;

    /// <summary>Alert below this success rate over 24 h, percent.</summary>
    public int SuccessRateAlertPercent { get; set; } = 90;

    /// <summary>Address that events of uploads and alerts are posted to: https, or http on loopback; null: nowhere.</summary>
    public string? Webhook { get; set; }

    /// <summary>Signs what is posted to <see cref="Webhook"/>; null: nothing is signed.</summary>
    public string? WebhookSecret { get; set; }
}

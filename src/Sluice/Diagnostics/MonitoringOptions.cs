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

    /// <summary>Where alerts and events are posted.</summary>
    public string? Webhook { get; set; }

    /// <summary>Key of the HMAC signature on posts.</summary>
    public string? WebhookSecret { get; set; }
}

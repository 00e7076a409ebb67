namespace Sluice.Settings;

/// <summary>Each resilience feature on, off, or on for a percentage of new uploads (0 to 100); read where it is used. Section <c>Features</c>. Defaults are those of the small profile.</summary>
public sealed class FeatureOptions
{
    /// <summary>Percentage of new uploads, 0 to 100.</summary>
    public int Retry { get; set; } = 100;

    /// <summary>Percentage of new uploads, 0 to 100.</summary>
    public int CircuitBreaker { get; set; } = 100;

    /// <summary>Percentage of new uploads, 0 to 100.</summary>
    public int Backpressure { get; set; } = 100;

    /// <summary>Percentage of new uploads, 0 to 100.</summary>
    public int AdaptiveConcurrency { get; set; } = 100;

    /// <summary>Percentage of new uploads, 0 to 100.</summary>
    public int Pacing { get; set; } = 100;

    /// <summary>Percentage of new uploads, 0 to 100.</summary>
    public int Checkpoints { get; set; } = 100;

    /// <summary>Percentage of new uploads, 0 to 100.</summary>
    public int Spool { get; set; } = 100;

    /// <summary>Percentage of new uploads, 0 to 100.</summary>
    public int Integrity { get; set; } = 100;

    /// <summary>Percentage of new uploads, 0 to 100.</summary>
    public int Alerts { get; set; } = 100;
}

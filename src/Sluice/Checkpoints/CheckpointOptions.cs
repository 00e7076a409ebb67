namespace Sluice.Checkpoints;

/// <summary>The durable record of uploads. Section <c>Checkpoints</c>. Defaults are those of the small profile.</summary>
public sealed class CheckpointOptions
{
    /// <summary>sqlite or memory.</summary>
    public string Store { get; set; } = "sqlite";

    /// <summary>Rows are written every so many parts; above 1 a crash sends up to so many parts again.</summary>
    public int IntervalParts { get; set; } = 1;

    /// <summary>A record is removed so long after its last change.</summary>
    public TimeSpan Expiration { get; set; } = TimeSpan.FromHours(24);

    /// <summary>How often expired things are looked for.</summary>
    public TimeSpan Cleanup { get; set; } = TimeSpan.FromSeconds(30);
}

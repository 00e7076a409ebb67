namespace Sluice.Checkpoints;

/// <summary>The right of one process to move an upload. Section <c>Lease</c>. Defaults are those of the small profile.</summary>
public sealed class LeaseOptions
{
    /// <summary>How long a lease runs; its holder gives it up after two thirds without a renewal.</summary>
    public TimeSpan Duration { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How often it is renewed.</summary>
    public TimeSpan Renew { get; set; } = TimeSpan.FromSeconds(10);
}

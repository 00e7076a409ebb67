namespace Sluice.Pacing;

/// <summary>How many parts are sent at once. Section <c>Concurrency</c>. Defaults are those of the small profile.</summary>
public sealed class ConcurrencyOptions
{
    /// <summary>Parts in flight, at least.</summary>
    public int MinWorkers { get; set; } = 1;

    /// <summary>Parts in flight, at most, 1 to 64.</summary>
    public int MaxWorkers { get; set; } = 3;

    /// <summary>New fills are halved above this share of unplanned memory, percent.</summary>
    public int MiddleMemoryPercent { get; set; } = 50;

    /// <summary>New fills stop above this share of unplanned memory, percent.</summary>
    public int HighMemoryPercent { get; set; } = 80;

    /// <summary>Senders stop growing above this share of the CPU quota, percent.</summary>
    public int MiddleCpuPercent { get; set; } = 60;

    /// <summary>Senders shrink above this share of the CPU quota, percent.</summary>
    public int ScaleDownCpuPercent { get; set; } = 70;

    /// <summary>Senders fall to the minimum above this share of the CPU quota, percent.</summary>
    public int HighCpuPercent { get; set; } = 80;
}

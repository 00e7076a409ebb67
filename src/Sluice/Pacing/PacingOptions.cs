namespace Sluice.Pacing;

/// <summary>How many requests Notion gets. Section <c>Pacing</c>. Defaults are those of the small profile.</summary>
public sealed class PacingOptions
{
    /// <summary>Requests a minute; 0 (auto): learned, from 180; -1 (off): no limit.</summary>
    public int RequestsPerMinute { get; set; }

    /// <summary>Requests that may go out at once.</summary>
    public int Burst { get; set; } = 10;

    /// <summary>Requests of each window kept for create, complete, attach and retrieve.</summary>
    public int Reserve { get; set; } = 3;

    /// <summary>Part bytes a second, over all uploads of the process; 0: no limit.</summary>
    public long BytesPerSecond { get; set; }
}

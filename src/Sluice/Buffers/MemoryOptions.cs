namespace Sluice.Buffers;

/// <summary>The bounds on memory. Section <c>Memory</c>. Defaults are those of the small profile.</summary>
public sealed class MemoryOptions
{
    /// <summary>RSS of the whole process, MiB, 32 to 1,048,576.</summary>
    public int LimitMb { get; set; } = 100;

    /// <summary>Budget of part buffers, MiB, 11 to 1,048,576; 0 (auto): 31 in the small profile, less only where the process is larger than 36 MiB after warm-up, and half of the limit in the standard profile.</summary>
    public int BufferMb { get; set; }

    /// <summary>Part buffers of one upload, MiB at most, 5 to 1,048,576.</summary>
    public int PerUploadMb { get; set; } = 20;

    /// <summary>Part buffers of one upload, 1 to 16.</summary>
    public int PartBuffersPerUpload { get; set; } = 2;

    /// <summary>How often idle pages go back to the system, and memory is looked at while nothing moves.</summary>
    public TimeSpan SweepInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>A collection is forced above this share of unplanned memory, percent, 1 to 100; once a <see cref="SweepInterval"/> at most.</summary>
    public int CollectAtPercent { get; set; } = 80;

    /// <summary>New uploads are refused above this share of the control group's limit, percent, 1 to 100.</summary>
    public int EmergencyPercent { get; set; } = 90;
}

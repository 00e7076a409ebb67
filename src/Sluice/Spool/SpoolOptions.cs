namespace Sluice.Spool;

/// <summary>Disk space for bytes that fill slowly or come once. Section <c>Spool</c>. Defaults are those of the small profile.</summary>
public sealed class SpoolOptions
{
    /// <summary>Where spool files lie; null: a folder of the state directory.</summary>
    public string? Directory { get; set; }

    /// <summary>Spool space in bytes; 0 (auto): 1 GiB or a quarter of the free disk, the smaller.</summary>
    public long MaxBytes { get; set; }

    /// <summary>Which bytes are kept until their upload is done.</summary>
    public SpoolKeep Keep { get; set; } = SpoolKeep.Auto;
}

namespace Sluice.Parts;

/// <summary>How files are cut. Section <c>Parts</c>. Defaults are those of the small profile.</summary>
public sealed class PartOptions
{
    /// <summary>Part size in bytes; 0 (auto): weighed by the profile.</summary>
    public long Size { get; set; }

    /// <summary>Smallest part, bytes.</summary>
    public long MinSize { get; set; } = 5L << 20;

    /// <summary>Largest part, bytes.</summary>
    public long MaxSize { get; set; } = 20L << 20;
}

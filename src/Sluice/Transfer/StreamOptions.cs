namespace Sluice.Transfer;

/// <summary>How sources are read. Section <c>Stream</c>. Defaults are those of the small profile.</summary>
public sealed class StreamOptions
{
    /// <summary>One read, bytes, 4 KiB to 1 MiB.</summary>
    public int ReadBuffer { get; set; } = 64 << 10;
}

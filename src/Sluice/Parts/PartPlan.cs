namespace Sluice.Parts;

/// <summary>How a file of a known length is cut for one generation: parts of one size, the last one possibly smaller, numbered from 1 as Notion counts them.</summary>
/// <param name="Length">The file's length in bytes, 1 or more.</param>
/// <param name="PartSize">The size of every part but the last, in bytes.</param>
/// <param name="Mode">Whether the file goes in one send or in numbered parts.</param>
internal readonly record struct PartPlan(long Length, long PartSize, PartMode Mode)
{
    /// <summary>How many parts there are, 1 or more.</summary>
    public int Count => (int)((Length + PartSize - 1) / PartSize);

    /// <summary>The offset of a part's first byte.</summary>
    public long OffsetOf(int number) => (number - 1) * PartSize;

    /// <summary>A part's length in bytes.</summary>
    public long LengthOf(int number) => Math.Min(PartSize, Length - OffsetOf(number));

    /// <summary>The offset just behind a part's last byte.</summary>
    public long EndOf(int number) => OffsetOf(number) + LengthOf(number);

    /// <summary>The part that holds the byte at an offset below <see cref="Length"/>.</summary>
    public int NumberAt(long offset) => (int)(offset / PartSize) + 1;
}

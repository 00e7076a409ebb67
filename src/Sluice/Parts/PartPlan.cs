namespace Sluice.Parts;

/// <summary>
/// How a file of a known length is cut for one generation: parts of one size, the last one possibly smaller, numbered from 1
/// as Notion counts them. Arithmetic on a plan that <see cref="Create"/> took never overflows.
/// </summary>
/// <param name="Length">The file's length in bytes, 1 or more.</param>
/// <param name="PartSize">The size of every part but the last, in bytes.</param>
/// <param name="Mode">Whether the file goes in one send or in numbered parts.</param>
internal readonly record struct PartPlan(long Length, long PartSize, PartMode Mode)
{
    /// <summary>How many parts there are, 1 or more.</summary>
    public int Count => checked((int)(((Length - 1) / PartSize) + 1));

    /// <summary>The length of the last part, 1 to <see cref="PartSize"/> bytes.</summary>
    public long LastLength => ((Length - 1) % PartSize) + 1;

    /// <summary>Takes a plan from outside (a record, a test) only if it is one: anything else is an <see cref="ArgumentException"/>.</summary>
    public static PartPlan Create(long length, long partSize, PartMode mode)
    {
        var plan = new PartPlan(length, partSize, mode);
        return plan.IsPossible()
            ? plan
            : throw new ArgumentException($"{length} bytes in parts of {partSize} bytes ({mode}) is not a part plan.", nameof(length));
    }

    /// <summary>True where the numbers make a plan at all; false for <c>default</c> and for whatever a damaged record may hold.</summary>
    public bool IsPossible() =>
        Length > 0
        && PartSize > 0
        && (Length - 1) / PartSize < int.MaxValue
        && (Mode == PartMode.Single ? Length <= PartSize : Mode == PartMode.Multi);

    /// <summary>The offset of a part's first byte.</summary>
    public long OffsetOf(int number) => (number - 1) * PartSize;

    /// <summary>A part's length in bytes.</summary>
    public long LengthOf(int number) => Math.Min(PartSize, Length - OffsetOf(number));

    /// <summary>The offset just behind a part's last byte.</summary>
    public long EndOf(int number) => OffsetOf(number) + LengthOf(number);

    /// <summary>The part that holds the byte at an offset below <see cref="Length"/>.</summary>
    public int NumberAt(long offset) => (int)(offset / PartSize) + 1;
}

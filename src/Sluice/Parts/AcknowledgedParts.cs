namespace Sluice.Parts;

/// <summary>
/// Which parts of a plan are acknowledged, and where the contiguous run from part 1 ends. The offset told to anyone is that
/// end, never a sum over parts: a gap in the middle is invisible to a sum. Pure; allocates one bitmap. Not thread-safe.
/// </summary>
internal sealed class AcknowledgedParts(PartPlan plan)
{
    private readonly ulong[] _bits = new ulong[(plan.Count + 63) / 64];
    private int _prefix;

    /// <summary>How many parts are acknowledged.</summary>
    public int Count { get; private set; }

    /// <summary>Their bytes, in whatever order they came: for bars, never an offset.</summary>
    public long Bytes { get; private set; }

    /// <summary>The end of the contiguous run of acknowledged parts from part 1, in bytes.</summary>
    public long PrefixEnd => _prefix == 0 ? 0 : plan.EndOf(_prefix);

    /// <summary>True once every part is acknowledged.</summary>
    public bool IsComplete => Count == plan.Count;

    /// <summary>The lowest part that is not acknowledged; null once complete.</summary>
    public int? FirstMissing => IsComplete ? null : _prefix + 1;

    /// <summary>True where the part is acknowledged.</summary>
    public bool Contains(int number)
    {
        Check(number);
        return (_bits[(number - 1) / 64] & (1UL << ((number - 1) % 64))) != 0;
    }

    /// <summary>Acknowledges a part; false where it was already.</summary>
    public bool Add(int number)
    {
        if (Contains(number))
        {
            return false;
        }

        _bits[(number - 1) / 64] |= 1UL << ((number - 1) % 64);
        Count++;
        Bytes += plan.LengthOf(number);
        while (_prefix < plan.Count && Contains(_prefix + 1))
        {
            _prefix++;
        }

        return true;
    }

    private void Check(int number)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(number, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(number, plan.Count);
    }
}

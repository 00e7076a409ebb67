using System.Buffers.Binary;
using System.IO.Hashing;

namespace Sluice.Spool;

/// <summary>
/// What a spool file says about itself: so many of its bytes were on the disk when this was written, and which start of the
/// machine wrote it. Two slots take turns, so that a torn write costs the newer mark only, never both.
/// </summary>
/// <param name="Sequence">Counts up; the higher of two valid marks is the later.</param>
/// <param name="Length">Bytes that were synced before.</param>
/// <param name="Boot">Which start of the machine; empty where the system has no such id.</param>
/// <param name="Origin">Where in the upload the file's first byte lies.</param>
/// <param name="Forgotten">So many bytes from the first are not there any more: their room was given back.</param>
internal readonly record struct SpoolMark(long Sequence, long Length, Guid Boot, long Origin = 0, long Forgotten = 0)
{
    /// <summary>A slot's bytes: a whole sector of any disk, so that writing one cannot tear the other.</summary>
    public const int SlotSize = 4096;

    /// <summary>Where the upload's bytes begin.</summary>
    public const int DataOffset = 2 * SlotSize;

    /// <summary>The bytes of a mark; the rest of its slot is not used.</summary>
    public const int Size = 64;

    private const ulong Magic = 0x324C4F4F50534C53; // "SLSPOOL2"
    private const int ChecksumAt = 56;

    /// <summary>Writes the mark; the rest of the slot stays as it is.</summary>
    public void Write(Span<byte> slot)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(slot, Magic);
        BinaryPrimitives.WriteInt64LittleEndian(slot[8..], Sequence);
        BinaryPrimitives.WriteInt64LittleEndian(slot[16..], Length);
        Boot.TryWriteBytes(slot[24..]);
        BinaryPrimitives.WriteInt64LittleEndian(slot[40..], Origin);
        BinaryPrimitives.WriteInt64LittleEndian(slot[48..], Forgotten);
        BinaryPrimitives.WriteUInt64LittleEndian(slot[ChecksumAt..], XxHash3.HashToUInt64(slot[..ChecksumAt]));
    }

    /// <summary>The later of the marks in a file's first bytes; null where there is none that is whole.</summary>
    public static SpoolMark? ReadLatest(ReadOnlySpan<byte> head)
    {
        SpoolMark? latest = null;
        for (var at = 0; at + Size <= head.Length; at += SlotSize)
        {
            if (TryRead(head.Slice(at, Size)) is { } mark && (latest is null || mark.Sequence > latest.Value.Sequence))
            {
                latest = mark;
            }
        }

        return latest;
    }

    /// <summary>How many of the bytes that lie in the file can be trusted: all, where the machine has not started anew since; else those that were synced.</summary>
    public long Trusted(long bytesInFile, Guid boot) => Boot != Guid.Empty && Boot == boot ? bytesInFile : Math.Min(Length, bytesInFile);

    private static SpoolMark? TryRead(ReadOnlySpan<byte> slot)
    {
        if (BinaryPrimitives.ReadUInt64LittleEndian(slot) != Magic || BinaryPrimitives.ReadUInt64LittleEndian(slot[ChecksumAt..]) != XxHash3.HashToUInt64(slot[..ChecksumAt]))
        {
            return null;
        }

        var mark = new SpoolMark(
            BinaryPrimitives.ReadInt64LittleEndian(slot[8..]),
            BinaryPrimitives.ReadInt64LittleEndian(slot[16..]),
            new Guid(slot.Slice(24, 16)),
            BinaryPrimitives.ReadInt64LittleEndian(slot[40..]),
            BinaryPrimitives.ReadInt64LittleEndian(slot[48..]));
        return mark is { Length: >= 0, Origin: >= 0, Forgotten: >= 0 } ? mark : null;
    }
}

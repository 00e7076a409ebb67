using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using Sluice.Checkpoints;

namespace Sluice.Stores;

/// <summary>The pace ledger as bytes: a version, then for each mark its kind, time, count and holder.</summary>
internal static class PaceLedgerDocument
{
    private const byte Version = 1;

    public static byte[] Of(ImmutableArray<PaceMark> ledger)
    {
        var bytes = new byte[1 + ledger.Sum(mark => 15 + Encoding.UTF8.GetByteCount(mark.Holder))];
        bytes[0] = Version;
        var rest = bytes.AsSpan(1);
        foreach (var mark in ledger)
        {
            rest[0] = (byte)mark.Kind;
            BinaryPrimitives.WriteInt64LittleEndian(rest[1..], mark.At);
            BinaryPrimitives.WriteInt32LittleEndian(rest[9..], mark.Count);
            var length = Encoding.UTF8.GetBytes(mark.Holder, rest[15..]);
            BinaryPrimitives.WriteUInt16LittleEndian(rest[13..], (ushort)length);
            rest = rest[(15 + length)..];
        }

        return bytes;
    }

    /// <summary>Reads a ledger; one that makes no sense is an empty one, because it only ever speaks of the last minute.</summary>
    public static ImmutableArray<PaceMark> Read(byte[]? bytes)
    {
        if (bytes is not [Version, ..])
        {
            return [];
        }

        var marks = ImmutableArray.CreateBuilder<PaceMark>();
        var rest = bytes.AsSpan(1);
        while (rest.Length >= 15)
        {
            int length = BinaryPrimitives.ReadUInt16LittleEndian(rest[13..]);
            if (rest.Length < 15 + length || rest[0] > (byte)PaceMarkKind.Open)
            {
                return [];
            }

            marks.Add(new(
                (PaceMarkKind)rest[0],
                Encoding.UTF8.GetString(rest.Slice(15, length)),
                BinaryPrimitives.ReadInt64LittleEndian(rest[1..]),
                BinaryPrimitives.ReadInt32LittleEndian(rest[9..])));
            rest = rest[(15 + length)..];
        }

        return marks.ToImmutable();
    }
}

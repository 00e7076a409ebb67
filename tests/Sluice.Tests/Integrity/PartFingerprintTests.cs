using System.IO.Hashing;
using CsCheck;
using Sluice.Integrity;
using Xunit;

namespace Sluice.Tests.Integrity;

public sealed class PartFingerprintTests
{
    [Fact]
    public void Each_part_begins_anew_and_pieces_do_not_matter() =>
        Gen.Byte.Array[0, 600].Array[1, 5].Sample(static parts =>
        {
            var print = new PartFingerprint();
            foreach (var part in parts)
            {
                var cut = part.Length / 3;
                print.Append(part.AsSpan(0, cut));
                print.Append(part.AsSpan(cut));
                Assert.Equal(XxHash128.HashToUInt128(part), print.Current());
                Assert.Equal(XxHash128.HashToUInt128(part), print.Complete());
            }
        });

    [Fact]
    public void One_changed_byte_changes_it() =>
        Gen.Select(Gen.Byte.Array[1, 3000], Gen.Int[0, 2999], Gen.Byte[1, 255]).Sample(static (part, at, by) =>
        {
            var print = new PartFingerprint();
            print.Append(part);
            var before = print.Complete();
            part[at % part.Length] ^= by;
            print.Append(part);
            Assert.NotEqual(before, print.Complete());
        });
}

using CsCheck;
using Sluice.Spool;
using Xunit;

namespace Sluice.Tests.Spool;

public sealed class SpoolMarkTests
{
    private static readonly Guid Boot = SpoolFolderFixture.Boot;

    [Fact]
    public void A_mark_says_what_was_written_and_the_later_of_two_counts()
    {
        var head = new byte[SpoolMark.DataOffset];
        new SpoolMark(4, 100, Boot).Write(head);
        new SpoolMark(5, 200, Boot, 7, 3).Write(head.AsSpan(SpoolMark.SlotSize));
        Assert.Equal(new SpoolMark(5, 200, Boot, 7, 3), SpoolMark.ReadLatest(head));
        new SpoolMark(6, 50, Boot).Write(head);
        Assert.Equal(new SpoolMark(6, 50, Boot), SpoolMark.ReadLatest(head));
    }

    [Fact]
    public void A_mark_torn_at_any_byte_leaves_the_one_before() =>
        Gen.Select(Gen.Int[0, SpoolMark.Size - 1], Gen.Long[0, 1L << 40], Gen.Long[0, 1L << 40]).Sample(static (torn, before, after) =>
        {
            var head = new byte[SpoolMark.DataOffset];
            new SpoolMark(6, before / 2, Boot).Write(head);
            var earlier = new SpoolMark(7, before, Boot);
            earlier.Write(head.AsSpan(SpoolMark.SlotSize));
            var slot = new byte[SpoolMark.SlotSize];
            var later = new SpoolMark(8, after, SpoolFolderFixture.NextBoot);
            later.Write(slot);
            slot.AsSpan(0, torn).CopyTo(head);

            // Where the bytes that are missing happen to be the old ones the newer mark is whole after all.
            var whole = head.AsSpan(0, SpoolMark.Size).SequenceEqual(slot.AsSpan(0, SpoolMark.Size));
            Assert.Equal(whole ? later : earlier, SpoolMark.ReadLatest(head));
        }, iter: 2000);

    [Fact]
    public void Nothing_is_read_from_other_bytes()
    {
        Assert.Null(SpoolMark.ReadLatest([]));
        Assert.Null(SpoolMark.ReadLatest(new byte[SpoolMark.DataOffset]));
        Assert.Null(SpoolMark.ReadLatest(SpoolFolderFixture.Bytes(SpoolMark.DataOffset)));
    }

    [Theory]
    [InlineData(true, 500, 500)]
    [InlineData(false, 500, 300)]
    [InlineData(false, 200, 200)]
    public void Bytes_are_trusted_to_the_end_only_where_the_machine_did_not_start_anew(bool sameBoot, long inFile, long trusted) =>
        Assert.Equal(trusted, new SpoolMark(1, 300, Boot).Trusted(inFile, sameBoot ? Boot : SpoolFolderFixture.NextBoot));

    [Fact]
    public void Where_the_system_has_no_number_of_its_start_only_synced_bytes_are_trusted() =>
        Assert.Equal(300, new SpoolMark(1, 300, Guid.Empty).Trusted(500, Guid.Empty));
}

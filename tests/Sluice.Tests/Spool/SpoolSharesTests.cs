using Sluice.Spool;
using Xunit;

namespace Sluice.Tests.Spool;

public sealed class SpoolSharesTests
{
    private const long MiB = 1 << 20;
    private const long GiB = 1 << 30;

    [Theory]
    [InlineData(100 * GiB, GiB)]
    [InlineData(4 * GiB, GiB)]
    [InlineData(2 * GiB, GiB / 2)]
    [InlineData(0, 0)]
    public void A_server_takes_a_gibibyte_or_a_quarter_of_what_is_free(long free, long limit) => Assert.Equal(limit, SpoolShares.OfServer(free));

    [Theory]
    [InlineData(100 * GiB, 95 * GiB)]
    [InlineData(6 * GiB, (6 * GiB) - (6 * GiB / 20))]
    [InlineData(GiB, GiB - (256 * MiB))]
    [InlineData(100 * MiB, 50 * MiB)]
    [InlineData(0, 0)]
    public void A_command_takes_what_the_disk_has_and_leaves_a_margin(long free, long limit) => Assert.Equal(limit, SpoolShares.OfCommand(free));

    [Fact]
    public void A_pipe_of_five_gibibytes_fits_on_a_disk_with_six() => Assert.True(SpoolShares.OfCommand(6 * GiB) >= 5 * GiB);

    [Theory]
    [InlineData(64 * MiB, 1, 16 * MiB)]
    [InlineData(64 * MiB, 4, 4 * MiB)]
    [InlineData(64 * MiB, 1000, 128 << 10)]
    [InlineData(64 * MiB, 0, 16 * MiB)]
    public void Open_uploads_share_a_quarter_but_never_get_less_than_a_window(long limit, int open, long quota) => Assert.Equal(quota, SpoolShares.Quota(limit, open));

    [Theory]
    [InlineData(64 * MiB, 16 * MiB)]
    [InlineData(256 << 10, 128 << 10)]
    [InlineData(64 << 10, 64 << 10)]
    public void Trickles_together_get_a_quarter_and_a_window_where_there_is_room_for_one(long limit, long share) => Assert.Equal(share, SpoolShares.OfTrickles(limit));

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(10, 1)]
    [InlineData(11, 2)]
    [InlineData(60, 3)]
    [InlineData(61, 0)]
    public void Uploads_that_stand_still_go_oldest_first_and_none_goes_in_vain(long shortBy, int count) => Assert.Equal(count, SpoolShares.ToGo([10, 20, 30], shortBy));
}

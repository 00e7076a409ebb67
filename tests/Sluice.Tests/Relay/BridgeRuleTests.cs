using Sluice.Relay;
using Xunit;

namespace Sluice.Tests.Relay;

public sealed class BridgeRuleTests
{
    private const long Window = 128 << 10;

    // predicted wait in s, quota, length, free -> can be bridged
    [Theory]
    [InlineData(0, 0, 1L << 30, 0, true)]
    [InlineData(39, 0, 1L << 30, 0, true)]
    [InlineData(40, 0, 1L << 30, 0, false)]
    [InlineData(79, Window, 1L << 30, 0, true)]
    [InlineData(80, Window, 1L << 30, 0, false)]
    [InlineData(3600, 16L << 20, 1L << 30, 0, true)]
    [InlineData(6000, 16L << 20, 1L << 30, 0, false)]
    [InlineData(6000, 0, 1L << 20, 1L << 20, true)]
    [InlineData(6000, 0, (1L << 20) + 1, 1L << 20, false)]
    public void A_wait_is_bridged_by_windows_or_by_room_for_all_of_it(double wait, long quota, long length, long free, bool bridged) =>
        Assert.Equal(bridged, BridgeRule.CanBridge(TimeSpan.FromSeconds(wait), TimeSpan.FromSeconds(40), Window, quota, length, free));

    [Theory]
    [InlineData(11, 6, false, true)]
    [InlineData(12, 6, false, false)]
    [InlineData(1000, 6, true, true)]
    public void Without_a_spool_there_are_at_most_twice_as_many_as_tickets(int open, int tickets, bool spool, bool place) =>
        Assert.Equal(place, BridgeRule.HasPlace(open, tickets, spool));
}

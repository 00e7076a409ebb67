using Sluice.Transfer;
using Xunit;

namespace Sluice.Tests.Transfer;

public sealed class SlowFillRuleTests
{
    private const long Part = 5 << 20;

    // a part's bytes, bytes a second -> slow
    [Theory]
    [InlineData(Part, null, false)]
    [InlineData(Part, 2_621_440.0, false)]
    [InlineData(Part, 2_621_439.0, true)]
    [InlineData(Part, double.PositiveInfinity, false)]
    [InlineData(Part, 0.0, true)]
    [InlineData(1000, 500.0, false)]
    public void A_fill_is_slow_where_it_takes_longer_than_two_seconds_at_the_measured_rate(long missing, double? rate, bool slow) =>
        Assert.Equal(slow, SlowFillRule.IsSlow(missing, rate));

    // others wait, slow, room in the spool, tickets of slow fills, tickets -> place
    [Theory]
    [InlineData(false, true, true, 0, 6, nameof(FillPlace.Memory))]
    [InlineData(true, false, true, 0, 6, nameof(FillPlace.Memory))]
    [InlineData(true, true, true, 0, 6, nameof(FillPlace.Spool))]
    [InlineData(true, true, false, 2, 6, nameof(FillPlace.Memory))]
    [InlineData(true, true, false, 3, 6, nameof(FillPlace.Wait))]
    [InlineData(true, true, false, 0, 1, nameof(FillPlace.Memory))]
    [InlineData(true, true, false, 1, 1, nameof(FillPlace.Wait))]
    [InlineData(false, true, false, 6, 6, nameof(FillPlace.Memory))]
    public void A_new_fill_begins_where_it_is_in_nobodys_way(bool othersWait, bool slow, bool room, int slowTickets, int tickets, string place) =>
        Assert.Equal(place, SlowFillRule.Begin(othersWait, slow, room, slowTickets, tickets).ToString());

    [Theory]
    [InlineData(true, 4.9, false)]
    [InlineData(true, 5.0, true)]
    [InlineData(false, 500.0, false)]
    public void A_ticket_moves_after_five_seconds_and_only_where_somebody_waits(bool othersWait, double seconds, bool moves) =>
        Assert.Equal(moves, SlowFillRule.ShouldMove(othersWait, TimeSpan.FromSeconds(seconds)));
}

using Sluice.Errors;
using Sluice.Transfer;
using Xunit;

namespace Sluice.Tests.Transfer;

public sealed class HourRuleTests
{
    private static readonly TimeSpan Planning = TimeSpan.FromMinutes(50);

    // length, bytes not here -> worth measuring first
    [Theory]
    [InlineData(5L << 30, 5L << 30, true)]
    [InlineData(500L << 20, 500L << 20, true)]
    [InlineData(90L << 20, 90L << 20, false)]
    [InlineData(5L << 30, 2L << 20, false)]
    public void A_rate_is_measured_first_where_a_client_could_be_too_slow(long length, long notHere, bool measure) =>
        Assert.Equal(measure, HourRule.ShouldMeasure(length, notHere, Planning));

    [Theory]
    [InlineData(0, 100.0, true, null)]
    [InlineData(1, 100.0, false, 80.0)]
    [InlineData(1, null, false, null)]
    [InlineData(1, null, true, 0.0)]
    public void Four_fifths_of_the_rate_are_counted_on_and_who_is_staged_waits_until_it_is_known(long notHere, double? measured, bool staged, double? counted) =>
        Assert.Equal(counted, HourRule.Arrival(notHere, measured, staged));

    [Fact]
    public void What_is_needed_is_what_is_missing_over_what_is_left()
    {
        Assert.Equal(1_789_570, HourRule.Needed(5L << 30, Planning));
        Assert.Null(HourRule.Needed(1, TimeSpan.Zero));
    }

    [Theory]
    [InlineData(5L << 30, 0.5e6, true)]
    [InlineData(5L << 30, 1e6, false)]
    [InlineData(1L << 30, 0.5e6, false)]
    [InlineData(5L << 30, null, false)]
    public void Who_could_not_even_at_twice_the_speed_is_hopeless(long notHere, double? measured, bool hopeless) =>
        Assert.Equal(hopeless, HourRule.IsHopeless(notHere, measured, Planning));

    [Fact]
    public void Who_can_never_pass_is_told_what_is_needed()
    {
        var error = HourRule.TooSlow(5L << 30, 1004, Planning);
        Assert.Equal(ErrorCodes.TooSlow, error.Code);
        Assert.Contains("1.79 MB/s", error.Message, StringComparison.Ordinal);
        Assert.Contains("1,000 parts", error.Message, StringComparison.Ordinal);
    }
}

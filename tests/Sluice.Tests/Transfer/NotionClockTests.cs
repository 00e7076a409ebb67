using Microsoft.Extensions.Time.Testing;
using Sluice.Transfer;
using Xunit;

namespace Sluice.Tests.Transfer;

public sealed class NotionClockTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);
    private readonly FakeTimeProvider _time = new(Start);

    [Fact]
    public void Without_an_answer_it_is_our_own()
    {
        var clock = new NotionClock(_time);
        clock.Saw(null);
        Assert.Equal((TimeSpan.Zero, Start), (clock.Skew, clock.Now));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(90)]
    [InlineData(-3600)]
    public void Follows_the_Date_header_which_is_cut_to_whole_seconds(int ahead)
    {
        var clock = new NotionClock(_time);
        clock.Saw(Start.AddSeconds(ahead));
        Assert.Equal(TimeSpan.FromSeconds(ahead + 0.5), clock.Skew);
        _time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(Start.AddSeconds(ahead + 600.5), clock.Now);
        clock.Saw(null);
        Assert.Equal(TimeSpan.FromSeconds(ahead + 0.5), clock.Skew);
    }

    [Fact]
    public void A_moment_of_Notions_clock_is_a_timestamp_of_ours_whatever_the_wall_clock_says()
    {
        var clock = new NotionClock(_time);
        clock.Saw(Start.AddMinutes(5));
        var deadline = clock.Timestamp(Start.AddMinutes(65));
        Assert.Equal(TimeSpan.FromMinutes(60) - TimeSpan.FromSeconds(0.5), _time.GetElapsedTime(_time.GetTimestamp(), deadline));

        // One that is past lies in the past.
        Assert.True(clock.Timestamp(Start) < _time.GetTimestamp());
    }
}

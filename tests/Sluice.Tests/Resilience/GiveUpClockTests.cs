using Microsoft.Extensions.Time.Testing;
using Sluice.Resilience;
using Xunit;

namespace Sluice.Tests.Resilience;

public sealed class GiveUpClockTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly GiveUpClock _clock;

    public GiveUpClockTests() => _clock = new GiveUpClock(_time, TimeSpan.FromMinutes(15));

    [Fact]
    public void Is_used_up_after_fifteen_minutes_of_failing()
    {
        Fails(TimeSpan.FromMinutes(14.9));
        Assert.False(_clock.Exhausted);
        Fails(TimeSpan.FromMinutes(0.1));
        Assert.True(_clock.Exhausted);
    }

    [Fact]
    public void Waiting_for_anything_else_does_not_count()
    {
        for (var i = 0; i < 14; i++)
        {
            Fails(TimeSpan.FromMinutes(1));
            _time.Advance(TimeSpan.FromHours(5));
        }

        Assert.False(_clock.Exhausted);
        Fails(TimeSpan.FromMinutes(1));
        Assert.True(_clock.Exhausted);
    }

    [Fact]
    public void One_success_begins_anew_and_what_failed_before_it_is_not_counted_afterwards()
    {
        Fails(TimeSpan.FromMinutes(14));
        var start = _time.GetTimestamp();
        _time.Advance(TimeSpan.FromMinutes(10));
        _clock.Succeeded();
        _time.Advance(TimeSpan.FromMinutes(5));
        _clock.Failing(start);
        Assert.False(_clock.Exhausted);
        Fails(TimeSpan.FromMinutes(9.9));
        Assert.False(_clock.Exhausted);
        Fails(TimeSpan.FromMinutes(0.2));
        Assert.True(_clock.Exhausted);
    }

    [Fact]
    public void Attempts_side_by_side_count_once()
    {
        // Three workers hang for 75 s each, ten times.
        for (var round = 0; round < 10; round++)
        {
            var start = _time.GetTimestamp();
            _time.Advance(TimeSpan.FromSeconds(75));
            _clock.Failing(start);
            _clock.Failing(start);
            _clock.Failing(start);
        }

        Assert.False(_clock.Exhausted);
        Fails(TimeSpan.FromSeconds(150));
        Assert.True(_clock.Exhausted);
    }

    private void Fails(TimeSpan span)
    {
        var start = _time.GetTimestamp();
        _time.Advance(span);
        _clock.Failing(start);
    }
}

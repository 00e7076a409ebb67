using Microsoft.Extensions.Time.Testing;
using Sluice.Transfer;
using Xunit;

namespace Sluice.Tests.Transfer;

public sealed class SessionStopTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void First_nothing_new_begins_then_what_is_under_way_is_cut()
    {
        using var stop = new SessionStop(_time);
        Assert.False(stop.Requested);
        stop.Request(StopCause.User, TimeSpan.FromSeconds(8));
        Assert.Equal((true, true, false), (stop.Requested, stop.Begin.IsCancellationRequested, stop.CarryOn.IsCancellationRequested));
        _time.Advance(TimeSpan.FromSeconds(7.9));
        Assert.False(stop.CarryOn.IsCancellationRequested);
        _time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.True(stop.CarryOn.IsCancellationRequested);
    }

    [Fact]
    public void Without_grace_both_at_once()
    {
        using var stop = new SessionStop(_time);
        stop.Request(StopCause.Shutdown, TimeSpan.Zero);
        Assert.True(stop.Begin.IsCancellationRequested && stop.CarryOn.IsCancellationRequested);
    }

    [Fact]
    public void A_second_request_can_only_shorten_the_grace()
    {
        using var stop = new SessionStop(_time);
        stop.Request(StopCause.User, TimeSpan.FromSeconds(5));
        stop.Request(StopCause.User, TimeSpan.FromSeconds(60));
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.True(stop.CarryOn.IsCancellationRequested);

        using var other = new SessionStop(_time);
        other.Request(StopCause.User, TimeSpan.FromSeconds(60));
        other.Request(StopCause.User, TimeSpan.Zero);
        Assert.True(other.CarryOn.IsCancellationRequested);
    }

    [Fact]
    public void A_second_request_with_a_shorter_grace_ends_sooner()
    {
        using var stop = new SessionStop(_time);
        stop.Request(StopCause.User, TimeSpan.FromSeconds(60));
        stop.Request(StopCause.Shutdown, TimeSpan.FromSeconds(8));
        _time.Advance(TimeSpan.FromSeconds(8));
        Assert.True(stop.CarryOn.IsCancellationRequested);
    }

    [Theory]
    [InlineData((int)StopCause.User, (int)StopCause.Shutdown, (int)StopCause.User)]
    [InlineData((int)StopCause.Shutdown, (int)StopCause.LetGo, (int)StopCause.Shutdown)]
    [InlineData((int)StopCause.User, (int)StopCause.LeaseLost, (int)StopCause.LeaseLost)]
    [InlineData((int)StopCause.LeaseLost, (int)StopCause.User, (int)StopCause.LeaseLost)]
    public void The_first_cause_stays_but_a_lost_lease_wins(int first, int second, int expected)
    {
        using var stop = new SessionStop(_time);
        stop.Request((StopCause)first, TimeSpan.FromSeconds(5));
        stop.Request((StopCause)second, TimeSpan.Zero);
        Assert.Equal((StopCause)expected, stop.Cause);
    }

    [Theory]
    [InlineData((int)StopCause.LeaseLost, "locked")]
    [InlineData((int)StopCause.LetGo, "locked")]
    [InlineData((int)StopCause.Shutdown, "interrupted")]
    [InlineData((int)StopCause.User, "interrupted")]
    public void The_outcome_says_who_stopped_it(int cause, string code)
    {
        using var stop = new SessionStop(_time);
        stop.Request((StopCause)cause, TimeSpan.Zero);
        var outcome = stop.Outcome();
        Assert.Equal((StepKind.Interrupted, code), (outcome.Kind, outcome.Error!.Code.Name));
    }
}

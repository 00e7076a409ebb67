using Microsoft.Extensions.Time.Testing;
using Sluice.Notion;
using Sluice.Pacing;
using Sluice.Resilience;
using Xunit;

namespace Sluice.Tests.Resilience;

public sealed class SendLimiterTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void After_a_break_it_starts_at_one_and_doubles_each_ten_seconds()
    {
        using var limiter = New(adaptive: false, workers: 16);
        Assert.Equal((16, "fixed"), (limiter.Permits.Limit, limiter.Reason));
        limiter.StartRamp();
        Assert.Equal("ramp", limiter.Reason);
        List<int> seen = [];
        for (var i = 0; i < 6; i++)
        {
            seen.Add(limiter.Permits.Limit);
            Pass(10);
        }

        Assert.Equal([1, 2, 4, 8, 16, 16], seen);
        Assert.Equal("fixed", limiter.Reason);
    }

    [Fact]
    public void A_failure_keeps_the_ramp_where_it_is_for_another_step()
    {
        using var limiter = New(adaptive: false, workers: 8);
        limiter.StartRamp();
        Pass(10);
        Assert.Equal(2, limiter.Permits.Limit);
        for (var i = 0; i < 5; i++)
        {
            Pass(9);
            limiter.Ended(Answer.Status504, Call());
        }

        Assert.Equal(2, limiter.Permits.Limit);
        Pass(9.9);
        Assert.Equal(2, limiter.Permits.Limit);
        Pass(0.1);
        Assert.Equal(4, limiter.Permits.Limit);
    }

    [Fact]
    public void A_second_break_starts_the_ramp_again()
    {
        using var limiter = New(adaptive: false, workers: 8);
        limiter.StartRamp();
        Pass(10);
        Pass(10);
        Pass(5);
        Assert.Equal(4, limiter.Permits.Limit);
        limiter.StartRamp();
        Assert.Equal(1, limiter.Permits.Limit);
        Pass(10);
        Assert.Equal(2, limiter.Permits.Limit);
    }

    [Fact]
    public void The_ramp_never_raises_what_the_adaptive_limit_says()
    {
        using var limiter = New(adaptive: true, workers: 8);
        limiter.StartRamp();
        for (var i = 0; i < 6; i++)
        {
            Pass(10);
        }

        Assert.Equal(2, limiter.Permits.Limit);
    }

    [Fact]
    public void The_CPU_ceiling_holds_at_once()
    {
        using var limiter = New(adaptive: true, workers: 8);
        limiter.SetCpuCeiling(1);
        Assert.Equal((1, "cpu"), (limiter.Permits.Limit, limiter.Reason));
    }

    [Fact]
    public void A_drop_shrinks_the_permits()
    {
        using var limiter = New(adaptive: true, workers: 8);
        limiter.Ended(Answer.Status504, Call());
        Assert.Equal((1, "dropped"), (limiter.Permits.Limit, limiter.Reason));
    }

    [Theory]
    [InlineData((int)FailureClass.Transient, 504, (int)LimitOutcome.Dropped)]
    [InlineData((int)FailureClass.Transient, null, (int)LimitOutcome.Dropped)]
    [InlineData((int)FailureClass.Unknown, null, (int)LimitOutcome.Dropped)]
    [InlineData((int)FailureClass.ToldToWait, 529, (int)LimitOutcome.Dropped)]
    [InlineData((int)FailureClass.ToldToWait, 429, (int)LimitOutcome.Ignore)]
    [InlineData((int)FailureClass.Transient, 409, (int)LimitOutcome.Ignore)]
    [InlineData((int)FailureClass.Permanent, 400, (int)LimitOutcome.Ignore)]
    [InlineData((int)FailureClass.Forgotten, 404, (int)LimitOutcome.Ignore)]
    [InlineData((int)FailureClass.Credentials, 401, (int)LimitOutcome.Ignore)]
    [InlineData((int)FailureClass.Ignored, null, (int)LimitOutcome.Ignore)]
    public void What_the_end_of_a_send_says(int kind, int? status, int outcome) =>
        Assert.Equal((LimitOutcome)outcome, SendLimiter.OutcomeOf(Answer.Of((FailureClass)kind, status)));

    [Fact]
    public void What_did_not_go_out_says_nothing()
    {
        Assert.Equal(LimitOutcome.Ignore, SendLimiter.OutcomeOf(null));
        Assert.Equal(LimitOutcome.Ignore, SendLimiter.OutcomeOf(new NotionRefusal()));
        Assert.Equal(LimitOutcome.Success, SendLimiter.OutcomeOf(Answer.Ok));
    }

    private SendLimiter New(bool adaptive, int workers) => new(new ConcurrencyOptions { MaxWorkers = workers }, new CircuitBreakerOptions(), adaptive, static () => 3, _time);

    private static CallState Call() => new(new CallPlan(NotionEndpoint.Send, new RecordingObserver())) { Duration = TimeSpan.FromSeconds(1) };

    private void Pass(double seconds) => _time.Advance(TimeSpan.FromSeconds(seconds));
}

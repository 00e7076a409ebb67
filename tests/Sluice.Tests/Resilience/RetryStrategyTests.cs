using Microsoft.Extensions.Time.Testing;
using Polly;
using Sluice.Diagnostics;
using Sluice.Notion;
using Sluice.Resilience;
using Xunit;

namespace Sluice.Tests.Resilience;

/// <summary>The retry strategy alone; what is further in is a function that says how the attempt ended and lets time pass.</summary>
[Collection(AloneOnVirtualTime.Name)]
public sealed class RetryStrategyTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly RecordingObserver _observer = new();
    private readonly List<TimeSpan> _at = [];
    private readonly long _start;
    private int _diagnoses;

    public RetryStrategyTests() => _start = _time.GetTimestamp();

    [Fact]
    public async Task Five_attempts_then_it_is_over()
    {
        var result = await RunAsync(_ => Answer.Status504);
        Assert.Equal(FailureClass.Transient, result.Failure?.Class);
        Assert.Equal(5, _at.Count);
        double[] gaps = [1, 2, 4, 8];
        for (var i = 0; i < gaps.Length; i++)
        {
            Assert.InRange((_at[i + 1] - _at[i]).TotalSeconds, gaps[i] * 0.75, (gaps[i] * 1.25) + 0.3);
        }

        Assert.Equal(5, _observer.Attempts.Count);
        Assert.All(_observer.Attempts.SkipLast(1), a => Assert.NotNull(a.RetryIn));
        Assert.Null(_observer.Attempts[^1].RetryIn);
        Assert.Equal([WaitReason.Retry], _observer.Story);
    }

    [Fact]
    public async Task A_success_ends_it()
    {
        var result = await RunAsync(i => i < 3 ? Answer.Status504 : Answer.Ok);
        Assert.True(result.IsSuccess);
        Assert.Equal((3, null), (_at.Count, _observer.Attempts[^1].Failure));
    }

    [Theory]
    [InlineData((int)FailureClass.Transient, 5)]
    [InlineData((int)FailureClass.Unknown, 5)]
    [InlineData((int)FailureClass.Forgotten, 1)]
    [InlineData((int)FailureClass.Gap, 1)]
    [InlineData((int)FailureClass.Permanent, 1)]
    [InlineData((int)FailureClass.Credentials, 1)]
    [InlineData((int)FailureClass.Ambiguous, 1)]
    [InlineData((int)FailureClass.Ignored, 1)]
    public async Task Only_what_may_pass_is_tried_again(int kind, int attempts)
    {
        await RunAsync(_ => Answer.Of((FailureClass)kind));
        Assert.Equal(attempts, _at.Count);
    }

    [Fact]
    public async Task A_call_that_must_take_effect_once_is_made_once()
    {
        var result = await RunAsync(_ => Answer.Status504, p => p with { Retry = false });
        Assert.Equal((1, FailureClass.Transient), (_at.Count, result.Failure!.Class));
    }

    [Fact]
    public async Task Told_to_wait_spends_no_attempt_of_any_call()
    {
        var result = await RunAsync(i => i <= 40 ? Answer.Wait(0) : i <= 44 ? Answer.Status504 : Answer.Ok);
        Assert.True(result.IsSuccess);
        Assert.Equal(45, _at.Count);

        _at.Clear();
        Assert.True((await RunAsync(i => i <= 10 ? Answer.Wait(0) : Answer.Ok, p => p with { Retry = false })).IsSuccess);
        Assert.Equal(11, _at.Count);
    }

    [Fact]
    public async Task Told_to_wait_ends_with_the_hour()
    {
        var deadline = _time.GetTimestamp() + (long)(TimeSpan.FromSeconds(10).TotalSeconds * _time.TimestampFrequency);
        var result = await RunAsync(
            _ =>
            {
                _time.Advance(TimeSpan.FromSeconds(4));
                return Answer.Wait(0);
            },
            p => p with { DeadlineTimestamp = deadline });
        Assert.Equal((3, FailureClass.ToldToWait), (_at.Count, result.Failure!.Class));
    }

    [Fact]
    public async Task No_attempt_is_made_after_the_hour()
    {
        var deadline = _time.GetTimestamp() + (long)(TimeSpan.FromSeconds(5).TotalSeconds * _time.TimestampFrequency);
        await RunAsync(
            _ =>
            {
                _time.Advance(TimeSpan.FromSeconds(6));
                return Answer.Status504;
            },
            p => p with { DeadlineTimestamp = deadline });
        Assert.Single(_at);
    }

    [Fact]
    public async Task A_failed_trial_spends_no_attempt_and_no_delay()
    {
        var result = await RunAsync(i => i <= 20 ? Answer.Status504 : Answer.Ok, trial: i => i <= 18);
        Assert.True(result.IsSuccess);
        Assert.Equal(21, _at.Count);
        Assert.Equal(_at[0], _at[17]);
    }

    [Fact]
    public async Task After_two_broken_connections_in_a_row_one_retrieve_says_what_hides_behind_them()
    {
        var result = await RunAsync(_ => Answer.Broken, diagnosis: () => Answer.Failure(FailureClass.Forgotten, 404));
        Assert.Equal((2, 1, FailureClass.Forgotten), (_at.Count, _diagnoses, result.Failure!.Class));
    }

    [Fact]
    public async Task One_broken_connection_alone_is_not_looked_into()
    {
        await RunAsync(i => i % 2 == 1 ? Answer.Broken : Answer.Status504);
        Assert.Equal((5, 0), (_at.Count, _diagnoses));
    }

    [Fact]
    public async Task Where_the_retrieve_finds_nothing_wrong_each_pair_is_looked_into_again()
    {
        var result = await RunAsync(_ => Answer.Broken);
        Assert.Equal((5, 2, FailureClass.Unknown), (_at.Count, _diagnoses, result.Failure!.Class));
    }

    [Fact]
    public async Task Behind_them_may_be_a_wait_that_spends_no_attempt()
    {
        var result = await RunAsync(i => i <= 8 ? Answer.Broken : Answer.Ok, diagnosis: () => Answer.Failure(FailureClass.ToldToWait, 429));

        // Of each pair only the first one was spent.
        Assert.True(result.IsSuccess);
        Assert.Equal((9, 4), (_at.Count, _diagnoses));
    }

    [Fact]
    public async Task It_stops_when_the_upload_has_failed_for_fifteen_minutes()
    {
        var giveUp = new GiveUpClock(_time, TimeSpan.FromMinutes(15));
        Func<int, NotionResult> slow = _ =>
        {
            _time.Advance(TimeSpan.FromMinutes(4));
            return Answer.Status504;
        };
        await RunAsync(slow, p => p with { GiveUp = giveUp });
        Assert.Equal((4, true), (_at.Count, giveUp.Exhausted));

        // A success anywhere on the upload gives the next call all its attempts back.
        giveUp.Succeeded();
        _at.Clear();
        Assert.True((await RunAsync(i => i < 5 ? slow(i) : Answer.Ok, p => p with { GiveUp = new GiveUpClock(_time, TimeSpan.FromHours(1)) })).IsSuccess);
        Assert.Equal((5, false), (_at.Count, giveUp.Exhausted));
    }

    [Fact]
    public async Task Told_to_wait_is_no_failing_time()
    {
        var giveUp = new GiveUpClock(_time, TimeSpan.FromMinutes(15));
        await RunAsync(
            i =>
            {
                _time.Advance(TimeSpan.FromMinutes(10));
                return i < 6 ? Answer.Wait(0) : Answer.Ok;
            },
            p => p with { GiveUp = giveUp });
        Assert.Equal((6, false), (_at.Count, giveUp.Exhausted));
    }

    [Fact]
    public async Task Its_delay_can_be_cancelled()
    {
        using var stop = new CancellationTokenSource();
        var call = ExecuteAsync(_ => Answer.Status504, Plan(), static _ => false, null, stop.Token);
        await Virtual.Until(() => _observer.Now == WaitReason.Retry, "it waits for a retry");
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.Single(_at);
    }

    private CallPlan Plan() => new(NotionEndpoint.Send, _observer);

    private async Task<NotionResult> RunAsync(Func<int, NotionResult> answer, Func<CallPlan, CallPlan>? plan = null, Func<int, bool>? trial = null, Func<NotionFailure>? diagnosis = null)
    {
        var call = ExecuteAsync(answer, (plan ?? (static p => p))(Plan()), trial ?? (static _ => false), diagnosis, TestContext.Current.CancellationToken);
        await _time.PassUntil(() => call.IsCompleted, TimeSpan.FromMinutes(5), TimeSpan.FromMilliseconds(250));
        return await call;
    }

    private async Task<NotionResult> ExecuteAsync(Func<int, NotionResult> answer, CallPlan plan, Func<int, bool> trial, Func<NotionFailure>? diagnosis, CancellationToken cancellationToken)
    {
        var delays = new RetryDelays(new RetryOptions(), new Random(3));
        var pipeline = new ResiliencePipelineBuilder<NotionResult> { TimeProvider = _time }
            .Use("retry", new RetryStrategy(new RetryOptions(), delays, Diagnose, _time))
            .Build();
        var context = ResilienceContextPool.Shared.Get(continueOnCapturedContext: false, cancellationToken);
        context.Properties.Set(CallState.Key, new CallState(plan));
        var calls = 0;
        var outcome = await pipeline.ExecuteOutcomeAsync(
            (c, _) =>
            {
                var call = CallState.Of(c);
                call.Start = _time.GetTimestamp();
                _at.Add(_time.GetElapsedTime(_start));
                call.WasTrial = trial(++calls);
                return ValueTask.FromResult(Outcome.FromResult(answer(calls)));
            },
            context,
            0);
        ResilienceContextPool.Shared.Return(context);
        outcome.ThrowIfException();
        return outcome.Result!;

        Task<NotionFailure?> Diagnose(CallPlan p, CancellationToken ct)
        {
            _diagnoses++;
            return Task.FromResult(diagnosis?.Invoke());
        }
    }
}

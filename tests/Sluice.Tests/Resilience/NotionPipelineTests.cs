using Microsoft.Extensions.Time.Testing;
using Sluice.Checkpoints.InMemory;
using Sluice.Diagnostics;
using Sluice.Errors;
using Sluice.Notion;
using Sluice.Resilience;
using Xunit;

namespace Sluice.Tests.Resilience;

/// <summary>The strategies put together.</summary>
[Collection(AloneOnVirtualTime.Name)]
public sealed class NotionPipelineTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_call_that_succeeds_tells_its_story_and_ends_waiting_for_nothing()
    {
        await using var harness = new PipelineHarness();
        var result = await harness.CallAsync(harness.Send(), FullAsync, Ct);
        Assert.True(result.IsSuccess);
        Assert.Equal([WaitReason.Pace, WaitReason.Sending, WaitReason.Connect, WaitReason.Sending, WaitReason.Response, WaitReason.None], harness.Observer.Story);
        Assert.Equal(5, harness.Observer.BytesSent);
        Assert.Equal(0, harness.Pipeline.Snapshot().InFlight);

        static Task<NotionResult<NotionFileUpload>> FullAsync(IAttempt attempt)
        {
            attempt.Connecting();
            attempt.Connected();
            attempt.Progress(5);
            attempt.BodySent();
            attempt.ResponseStarted();
            return Task.FromResult(Answer.Ok);
        }
    }

    [Fact]
    public async Task Waiting_for_a_retry_holds_neither_permit_nor_budget()
    {
        await using var harness = new PipelineHarness(o => (o.Concurrency.MaxWorkers, o.Concurrency.MinWorkers) = (1, 1));
        var failing = harness.CallAsync(harness.Send(), static () => Answer.Status504, Ct);
        await Virtual.Until(() => harness.Observer.Now == WaitReason.Retry, "it waits for a retry");
        Assert.Equal(0, harness.Pipeline.Snapshot().InFlight);
        Assert.True((await harness.CallAsync(harness.Send(observer: new RecordingObserver()), static () => Answer.Ok, Ct)).IsSuccess);
        Assert.False(failing.IsCompleted);
        await harness.EndOf(failing, TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task Waiting_for_the_breaker_holds_no_permit_and_waiting_for_the_pace_does()
    {
        await using var harness = new PipelineHarness(o => (o.Pacing.RequestsPerMinute, o.Pacing.Burst) = (5, 5));
        var first = Enumerable.Range(0, 5).Select(_ => harness.CallAsync(harness.Control(), static () => Answer.Ok, Ct)).ToArray();
        await Task.WhenAll(first);
        var paced = new RecordingObserver();
        var waits = harness.CallAsync(harness.Send(observer: paced), static () => Answer.Status504, Ct);
        await Virtual.Until(() => paced.Now == WaitReason.Pace, "it waits for the pace");
        Assert.Equal(1, harness.Pipeline.Snapshot().InFlight);
        await harness.Time.PassUntil(() => harness.Breaker == BreakerState.Open, TimeSpan.FromMinutes(5), TimeSpan.FromMilliseconds(500));
        await waits;

        var barred = new RecordingObserver();
        using var stop = new CancellationTokenSource();
        var breaker = harness.CallAsync(harness.Send(observer: barred), static () => Answer.Ok, stop.Token);
        await Virtual.Until(() => barred.Now == WaitReason.Breaker, "it waits for the breaker");
        Assert.Equal(0, harness.Pipeline.Snapshot().InFlight);
        Assert.InRange(barred.Waits[^1].Expected!.Value, TimeSpan.FromSeconds(50), TimeSpan.FromSeconds(60));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => breaker);
    }

    [Fact]
    public async Task A_call_that_waited_while_the_breaker_opened_does_not_go_out_and_spends_nothing()
    {
        await using var harness = new PipelineHarness(o => (o.Pacing.RequestsPerMinute, o.Pacing.Burst, o.Pacing.Reserve) = (5, 5, 0));
        var block = new TaskCompletionSource<NotionResult<NotionFileUpload>>(TaskCreationOptions.RunContinuationsAsynchronously);
        var failing = Enumerable.Range(0, 5).Select(_ => harness.CallAsync(harness.Control(observer: new RecordingObserver()) with { Retry = false }, _ => block.Task, Ct)).ToArray();
        await Virtual.Until(() => harness.Calls == 5, "five calls are out");
        var waits = harness.CallAsync(harness.Send(), static () => Answer.Ok, Ct);
        await Virtual.Until(() => harness.Observer.Now == WaitReason.Pace, "the sixth waits for the pace");
        block.SetResult(Answer.Status504);
        await Task.WhenAll(failing);
        Assert.Equal(BreakerState.Open, harness.Breaker);

        // Its request comes after 60.5 s, when the break is just over: it goes through the probe, not around it.
        await harness.Time.PassUntil(() => waits.IsCompleted, TimeSpan.FromSeconds(120), TimeSpan.FromMilliseconds(100));
        Assert.Equal((1, 6), (harness.Retrieves, harness.Calls));
        Assert.Contains(WaitReason.Breaker, harness.Observer.Story);
    }

    [Fact]
    public async Task More_parts_than_permits_wait_for_a_permit()
    {
        await using var harness = new PipelineHarness();
        var block = new TaskCompletionSource<NotionResult<NotionFileUpload>>(TaskCreationOptions.RunContinuationsAsynchronously);
        var observers = Enumerable.Range(0, 5).Select(_ => new RecordingObserver()).ToArray();
        var calls = observers.Select(o => harness.CallAsync(harness.Send(observer: o), _ => block.Task, Ct)).ToArray();
        await Virtual.Until(() => harness.Calls == 2, "two are out");
        Assert.Equal(3, observers.Count(o => o.Now == WaitReason.Permit));
        Assert.Equal((2, 2), (harness.Pipeline.Limit, harness.Pipeline.Snapshot().InFlight));

        // Calls that need none pass.
        Assert.True((await harness.CallAsync(harness.Control(), static () => Answer.Ok, Ct)).IsSuccess);
        block.SetResult(Answer.Ok);
        await harness.Time.PassUntil(() => calls.All(c => c.IsCompleted), TimeSpan.FromSeconds(30), TimeSpan.FromMilliseconds(100));
    }

    [Theory]
    [InlineData(429)]
    [InlineData(529)]
    public async Task Told_to_wait_holds_everybody_in_all_processes_and_is_not_shortened(int status)
    {
        await using var mine = new PipelineHarness();
        await using var theirs = new PipelineHarness(time: mine.Time, store: mine.Store.Connect(), holder: "other");
        var call = mine.CallAsync(mine.Send(), Once(Answer.Wait(40, status)), Ct);
        await Virtual.Until(() => mine.Observer.Now == WaitReason.NotBefore, "it waits as told");
        Assert.Equal(TimeSpan.FromSeconds(40), mine.Pipeline.Snapshot().NotBefore);

        // A shorter wait told later shortens nothing; another process learns it with its next request.
        var other = theirs.CallAsync(theirs.Control(), static () => Answer.Ok, Ct);
        var (_, took) = await theirs.EndOf(other, TimeSpan.FromMinutes(1));
        Assert.InRange(took, TimeSpan.FromSeconds(39), TimeSpan.FromSeconds(48));
        Assert.True((await mine.EndOf(call, TimeSpan.FromSeconds(10))).Result.IsSuccess);
        Assert.Equal(BreakerState.Closed, mine.Breaker);
    }

    [Fact]
    public async Task A_wait_without_a_time_is_half_a_window_and_one_of_nothing_is_a_second()
    {
        await using var harness = new PipelineHarness();
        var (_, took) = await harness.EndOf(harness.CallAsync(harness.Send(), Once(Answer.Wait(null)), Ct), TimeSpan.FromMinutes(1));
        Assert.InRange(took, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(36));
        (_, took) = await harness.EndOf(harness.CallAsync(harness.Send(), Once(Answer.Wait(0)), Ct), TimeSpan.FromMinutes(1));
        Assert.InRange(took, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(6));
    }

    [Fact]
    public async Task Only_a_refusal_for_this_connections_limit_changes_the_budget()
    {
        await using var harness = new PipelineHarness(o => o.Pacing.Burst = 150);
        for (var i = 0; i < 120; i++)
        {
            await harness.CallAsync(harness.Control(), static () => Answer.Ok, Ct);
        }

        await harness.EndOf(harness.CallAsync(harness.Control(), Once(Answer.Wait(1, reason: "public_api_space_request_rate_limit")), Ct), TimeSpan.FromMinutes(1));
        await harness.EndOf(harness.CallAsync(harness.Control(), Once(Answer.Wait(1, 529, null)), Ct), TimeSpan.FromMinutes(1));
        Assert.Equal(180, harness.Pipeline.Snapshot().RequestsPerWindow);
        await harness.EndOf(harness.CallAsync(harness.Control(), Once(Answer.Wait(1)), Ct), TimeSpan.FromMinutes(1));
        Assert.InRange(harness.Pipeline.Snapshot().RequestsPerWindow!.Value, 120, 130);
    }

    [Fact]
    public async Task A_wait_of_hours_is_doubted_each_quarter_and_lifted_when_Notion_answers()
    {
        await using var harness = new PipelineHarness();
        harness.Probe = () => harness.Retrieves + harness.UsersMe < 3 ? Answer.Wait(7200) : Answer.Ok;
        var observers = Enumerable.Range(0, 4).Select(_ => new RecordingObserver()).ToArray();
        var told = harness.CallAsync(harness.Send(), Once(Answer.Wait(6 * 3600)), Ct);
        await Virtual.Until(() => harness.Observer.Now == WaitReason.NotBefore, "it waits as told");
        var others = observers.Select(o => harness.CallAsync(harness.Control(observer: o), static () => Answer.Ok, Ct)).ToArray();
        var passed = await harness.Time.PassUntil(() => others.All(c => c.IsCompleted) && told.IsCompleted, TimeSpan.FromHours(7), TimeSpan.FromSeconds(15));
        Assert.InRange(passed, TimeSpan.FromMinutes(44), TimeSpan.FromMinutes(61));
        Assert.Equal(3, harness.Retrieves + harness.UsersMe);
        Assert.Equal(TimeSpan.Zero, harness.Pipeline.Snapshot().NotBefore);
    }

    [Fact]
    public async Task A_probe_of_the_breaker_does_not_go_out_before_the_not_before()
    {
        await using var harness = new PipelineHarness();
        await harness.EndOf(harness.CallAsync(harness.Control(), Script(Answer.Status504, Answer.Status504, Answer.Status504, Answer.Status504, Answer.Status504), Ct), TimeSpan.FromMinutes(1));
        Assert.Equal(BreakerState.Open, harness.Breaker);
        await harness.Store.Connections.RaiseNotBeforeAsync("c", TimeSpan.FromSeconds(100), Ct);
        var call = harness.CallAsync(harness.Send(), static () => Answer.Ok, Ct);
        await harness.Time.Pass(TimeSpan.FromSeconds(95));
        Assert.Equal(0, harness.Retrieves);
        await harness.EndOf(call, TimeSpan.FromSeconds(30));
        Assert.Equal((1, BreakerState.Closed), (harness.Retrieves, harness.Breaker));
    }

    [Fact]
    public async Task Refused_credentials_stop_everything_at_once_until_the_configuration_changes()
    {
        await using var harness = new PipelineHarness();
        Assert.Equal(FailureClass.Credentials, (await harness.CallAsync(harness.Send(), static () => Answer.Unauthorized, Ct)).Failure?.Class);
        var refused = await harness.CallAsync(harness.Send(), static () => Answer.Ok, Ct);
        Assert.Equal((FailureClass.Credentials, 1, BreakerState.Isolated), (refused.Failure!.Class, harness.Calls, harness.Breaker));
        harness.Pipeline.Reset();
        Assert.True((await harness.CallAsync(harness.Send(), static () => Answer.Ok, Ct)).IsSuccess);
    }

    [Fact]
    public async Task After_the_breaker_closes_parts_start_at_one()
    {
        await using var harness = new PipelineHarness(o => o.Features.AdaptiveConcurrency = 0);
        await harness.EndOf(harness.CallAsync(harness.Control(), Script(Answer.Status504, Answer.Status504, Answer.Status504, Answer.Status504, Answer.Status504), Ct), TimeSpan.FromMinutes(1));
        Assert.Equal(3, harness.Pipeline.Limit);
        await harness.EndOf(harness.CallAsync(harness.Send(), static () => Answer.Ok, Ct), TimeSpan.FromMinutes(2));
        Assert.Equal((1, "ramp"), (harness.Pipeline.Limit, harness.Pipeline.Snapshot().LimitReason));
        await harness.Time.Pass(TimeSpan.FromSeconds(20));
        Assert.Equal(3, harness.Pipeline.Limit);
    }

    [Fact]
    public async Task A_hang_ends_by_its_own_limit_with_its_own_code()
    {
        await using var harness = new PipelineHarness();
        var (result, took) = await harness.EndOf(harness.CallAsync(harness.Send() with { Retry = false }, Answer.Hangs, Ct), TimeSpan.FromMinutes(2));
        Assert.Equal(ErrorCodes.TimeoutResponse, result.Failure?.Error.Code);
        Assert.InRange(took, TimeSpan.FromSeconds(75), TimeSpan.FromSeconds(80));
    }

    [Fact]
    public async Task An_attempt_is_cut_to_what_is_left_of_the_hour_and_none_is_made_after_it()
    {
        await using var harness = new PipelineHarness();
        var plan = harness.Send() with { DeadlineTimestamp = In(harness, TimeSpan.FromSeconds(20)) };
        var (result, took) = await harness.EndOf(harness.CallAsync(plan, Answer.Hangs, Ct), TimeSpan.FromMinutes(2));
        Assert.Equal(ErrorCodes.TimeoutTotal, result.Failure?.Error.Code);
        Assert.InRange(took, TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(26));
        Assert.Equal(FailureClass.Forgotten, (await harness.CallAsync(plan, static () => Answer.Ok, Ct)).Failure?.Class);
        Assert.Equal(1, harness.Calls);
    }

    [Fact]
    public async Task Waiting_for_breaker_permit_pace_or_not_before_ends_with_the_hour()
    {
        await using var harness = new PipelineHarness();
        await harness.Store.Connections.RaiseNotBeforeAsync("c", TimeSpan.FromHours(24), Ct);
        harness.Probe = static () => Answer.Wait(86400);
        var plan = harness.Send() with { DeadlineTimestamp = In(harness, TimeSpan.FromMinutes(59)) };
        var call = harness.CallAsync(plan, static () => Answer.Ok, Ct);
        await harness.Time.Pass(TimeSpan.FromMinutes(58.9), TimeSpan.FromSeconds(6));
        Assert.False(call.IsCompleted);
        await harness.Time.Pass(TimeSpan.FromMinutes(0.2), TimeSpan.FromSeconds(6));
        await Virtual.Until(() => call.IsCompleted, "the hour ends the wait");
        Assert.Equal((FailureClass.Forgotten, 0), ((await call).Failure!.Class, harness.Calls));
        Assert.Equal(0, harness.Pipeline.Snapshot().InFlight);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task It_never_ends_while_the_call_still_runs(bool cancelled)
    {
        await using var harness = new PipelineHarness();
        var finish = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var stop = new CancellationTokenSource();
        var call = harness.CallAsync(
            harness.Send() with { Retry = false },
            async attempt =>
            {
                attempt.BodySent();
                await finish.Task;
                return Answer.Of(FailureClass.Transient);
            },
            stop.Token);
        await Virtual.Until(() => harness.Calls == 1, "it is out");
        if (cancelled)
        {
            await stop.CancelAsync();
        }

        await harness.Time.Pass(TimeSpan.FromMinutes(20), TimeSpan.FromSeconds(30));
        Assert.False(call.IsCompleted);
        Assert.Equal(1, harness.Pipeline.Snapshot().InFlight);
        finish.SetResult();
        await Virtual.Until(() => call.IsCompleted, "it ends with the call");
        Assert.Equal(0, harness.Pipeline.Snapshot().InFlight);
    }

    [Fact]
    public async Task A_bug_in_a_call_goes_up_as_it_is()
    {
        await using var harness = new PipelineHarness();
        await Assert.ThrowsAsync<InvalidOperationException>(() => harness.CallAsync(harness.Send(), static _ => throw new InvalidOperationException("a bug"), Ct));
        Assert.Equal((0, WaitReason.None), (harness.Pipeline.Snapshot().InFlight, harness.Observer.Now));
    }

    [Fact]
    public async Task Without_retry_there_is_one_attempt()
    {
        await using var harness = new PipelineHarness(o => o.Features.Retry = 0);
        Assert.Equal(FailureClass.Transient, (await harness.CallAsync(harness.Send(), static () => Answer.Status504, Ct)).Failure?.Class);
        Assert.Equal(1, harness.Calls);
    }

    [Fact]
    public async Task Without_the_breaker_nobody_waits_for_it()
    {
        await using var harness = new PipelineHarness(o => o.Features.CircuitBreaker = 0);
        for (var i = 0; i < 4; i++)
        {
            await harness.EndOf(harness.CallAsync(harness.Send(), static () => Answer.Status504, Ct), TimeSpan.FromMinutes(1));
        }

        Assert.Equal((20, BreakerState.Closed), (harness.Calls, harness.Breaker));
        Assert.DoesNotContain(WaitReason.Breaker, harness.Observer.Story);
    }

    [Fact]
    public async Task Without_pacing_nothing_waits_for_the_budget_but_what_Notion_asks_is_still_obeyed()
    {
        await using var harness = new PipelineHarness(o => o.Features.Pacing = 0);
        for (var i = 0; i < 1000; i++)
        {
            Assert.True((await harness.CallAsync(harness.Control(), static () => Answer.Ok, Ct)).IsSuccess);
        }

        Assert.Equal((null, double.PositiveInfinity), (harness.Pipeline.Snapshot().RequestsPerWindow, harness.Pipeline.RequestsPerSecond));
        var (_, took) = await harness.EndOf(harness.CallAsync(harness.Control(), Once(Answer.Wait(20)), Ct), TimeSpan.FromMinutes(1));
        Assert.InRange(took, TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(26));
    }

    [Fact]
    public async Task Without_adaptive_concurrency_the_workers_are_what_was_set()
    {
        await using var harness = new PipelineHarness(o => o.Features.AdaptiveConcurrency = 0);
        Assert.Equal((3, "fixed"), (harness.Pipeline.Limit, harness.Pipeline.Snapshot().LimitReason));
        await harness.CallAsync(harness.Send() with { Retry = false }, static () => Answer.Status504, Ct);
        Assert.Equal(3, harness.Pipeline.Limit);
    }

    private static long In(PipelineHarness harness, TimeSpan span) => harness.Time.GetTimestamp() + (long)(span.TotalSeconds * harness.Time.TimestampFrequency);

    /// <summary>One answer first, success then.</summary>
    private static Func<NotionResult<NotionFileUpload>> Once(NotionResult<NotionFileUpload> first) => Script(first);

    private static Func<NotionResult<NotionFileUpload>> Script(params NotionResult<NotionFileUpload>[] answers)
    {
        var next = -1;
        return () => Interlocked.Increment(ref next) is var i && i < answers.Length ? answers[i] : Answer.Ok;
    }
}

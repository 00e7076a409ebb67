using Sluice.Diagnostics;
using Sluice.Errors;
using Sluice.Notion;
using Sluice.Resilience;
using Xunit;

namespace Sluice.Tests.Resilience;

/// <summary>The fault profiles as the breaker meets them.</summary>
[Collection(AloneOnVirtualTime.Name)]
public sealed class BreakerNamedCases
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public void Under_flaky_for_1000_hours_it_opens_less_than_once_a_day()
    {
        const int Hours = 1000;
        const int PerMinute = 180;
        var options = new CircuitBreakerOptions();
        var state = new CircuitState(options);
        var random = new Random(20261124);
        var (now, opened, calls) = (TimeSpan.Zero, 0, 0);
        while (now < TimeSpan.FromHours(Hours))
        {
            now += TimeSpan.FromMinutes(1) / PerMinute;
            if (!state.TryAdmit(out var trial))
            {
                // The break passes, and the probe gets an answer.
                opened++;
                now += options.BreakDuration;
                state.Probed();
                continue;
            }

            calls++;
            switch (random.Next(100))
            {
                case < 4:
                    state.Failed(state.Epoch, counts: true, now, TimeSpan.MaxValue);
                    break;
                case < 5:
                    // Told to wait: neither counts nor resets.
                    state.Ignored(state.Epoch, trial);
                    break;
                default:
                    state.Succeeded(state.Epoch, counts: true);
                    break;
            }
        }

        Assert.InRange(calls, Hours * 60 * (PerMinute - 2), Hours * 60 * PerMinute);
        Assert.InRange(opened, 0, Hours / 24);
    }

    [Fact]
    public async Task Under_outage_it_opens_within_five_calls_and_nothing_goes_out_until_the_probe()
    {
        await using var harness = new PipelineHarness { Probe = static () => Answer.Status504 };
        var call = harness.CallAsync(harness.Send(), static () => Answer.Status504, Ct);
        await harness.Time.PassUntil(() => harness.Breaker == BreakerState.Open, TimeSpan.FromSeconds(30), TimeSpan.FromMilliseconds(250));
        Assert.Equal(5, harness.Calls);

        // The round's attempts are used up: the part rests outside. The next call of anybody waits and only probes.
        Assert.Equal(FailureClass.Transient, (await call).Failure?.Class);
        using var stop = new CancellationTokenSource();
        var next = harness.CallAsync(harness.Send(), static () => Answer.Status504, stop.Token);
        await harness.Time.Pass(TimeSpan.FromMinutes(10), TimeSpan.FromSeconds(5));
        Assert.Equal((5, BreakerState.Open), (harness.Calls, harness.Breaker));
        Assert.InRange(harness.Retrieves, 8, 10);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next);
    }

    [Fact]
    public async Task A_Notion_that_hangs_opens_it_within_160_seconds()
    {
        await using var harness = new PipelineHarness();
        var (hangs, hanging) = (false, 0);
        var observers = Enumerable.Range(0, 4).Select(_ => new RecordingObserver()).ToArray();
        var attempts = new IAttempt?[observers.Length];
        using var stop = new CancellationTokenSource();
        var workers = Enumerable.Range(0, observers.Length).Select(WorkAsync).ToArray();

        // Three parts are in flight when it stops answering.
        await harness.Time.PassUntil(() => harness.Pipeline.Snapshot() is { Limit: 3, InFlight: 3 }, TimeSpan.FromMinutes(2), TimeSpan.FromMilliseconds(250));
        Volatile.Write(ref hangs, true);
        await harness.Time.PassUntil(() => Volatile.Read(ref hanging) == 3, TimeSpan.FromSeconds(30), TimeSpan.FromMilliseconds(250));
        var passed = TimeSpan.Zero;
        while (harness.Breaker != BreakerState.Open)
        {
            Assert.True(passed < TimeSpan.FromMinutes(10), "It never opened.");
            harness.Time.Advance(TimeSpan.FromMilliseconds(250));
            passed += TimeSpan.FromMilliseconds(250);
            await Virtual.Until(AllStand, "all wait for something");
        }

        Assert.InRange(passed, TimeSpan.FromSeconds(75), TimeSpan.FromSeconds(160));
        await stop.CancelAsync();
        await Task.WhenAll(workers.Select(async w => await w.ContinueWith(static _ => { }, TaskScheduler.Default)));

        // Each worker hangs, rests, or waits in a line that does not move; nobody is on the way from one to the other.
        bool AllStand() =>
            harness.Breaker == BreakerState.Open
            || (observers.All(o => o.Now is WaitReason.Response or WaitReason.Retry or WaitReason.Permit)
                && observers.Count(o => o.Now == WaitReason.Response) == harness.Pipeline.Snapshot().InFlight
                && Volatile.Read(ref hanging) == harness.Pipeline.Snapshot().InFlight
                && attempts.All(a => a is null || !a.Token.IsCancellationRequested));

        async Task WorkAsync(int worker)
        {
            while (!stop.IsCancellationRequested)
            {
                await harness.CallAsync(harness.Send(observer: observers[worker]), a => SendAsync(worker, a), stop.Token);
            }
        }

        async Task<NotionResult<NotionFileUpload>> SendAsync(int worker, IAttempt attempt)
        {
            attempt.Progress(5 << 20);
            if (Volatile.Read(ref hangs))
            {
                Volatile.Write(ref attempts[worker], attempt);
                var call = Answer.Hangs(attempt);
                Interlocked.Increment(ref hanging);
                var result = await call;
                Interlocked.Decrement(ref hanging);
                Volatile.Write(ref attempts[worker], null);
                return result;
            }

            attempt.BodySent();
            await Task.Delay(TimeSpan.FromSeconds(2), harness.Time, attempt.Token);
            return Answer.Ok;
        }
    }

    [Fact]
    public async Task A_failed_probe_and_a_failed_trial_spend_no_attempt_of_their_part()
    {
        // Open it with other calls, then look at one part.
        await using var harness = new PipelineHarness();
        Assert.NotNull((await harness.EndOf(harness.CallAsync(harness.Control(), static () => Answer.Status504, Ct), TimeSpan.FromMinutes(1))).Result.Failure);
        Assert.Equal(BreakerState.Open, harness.Breaker);
        var probes = 0;
        harness.Probe = () => Interlocked.Increment(ref probes) == 1 ? Answer.Status504 : Answer.Ok;
        var tries = 0;
        var observer = new RecordingObserver();
        var part = harness.CallAsync(harness.Send(observer: observer), () => Interlocked.Increment(ref tries) <= 8 ? Answer.Status504 : Answer.Ok, Ct);
        var (result, took) = await harness.EndOf(part, TimeSpan.FromMinutes(15), TimeSpan.FromSeconds(1));

        // One break by the failed probe, eight by failed trials, and all attempts are still there.
        Assert.True(result.IsSuccess);
        Assert.Equal(9, tries);
        Assert.InRange(took, TimeSpan.FromMinutes(9), TimeSpan.FromMinutes(11));
        Assert.All(observer.Attempts.SkipLast(1), a => Assert.Equal(TimeSpan.Zero, a.RetryIn));
        Assert.Equal(BreakerState.Closed, harness.Breaker);
    }

    [Fact]
    public async Task A_read_that_fails_as_a_trial_pays_like_any_other()
    {
        await using var harness = new PipelineHarness();
        await harness.EndOf(harness.CallAsync(harness.Control(), static () => Answer.Status504, Ct), TimeSpan.FromMinutes(1));
        Assert.Equal(BreakerState.Open, harness.Breaker);
        var observer = new RecordingObserver();
        var (result, _) = await harness.EndOf(harness.CallAsync(harness.Control(NotionEndpoint.Retrieve, observer), static () => Answer.Status504, Ct), TimeSpan.FromMinutes(3));
        Assert.Equal(ErrorCodes.NotionUnreachable, result.Failure?.Error.Code);
        Assert.Equal((5, BreakerState.HalfOpen), (observer.Attempts.Count, harness.Breaker));
    }
}

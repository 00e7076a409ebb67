using Microsoft.Extensions.Time.Testing;
using Sluice.Diagnostics;
using Sluice.Notion;
using Sluice.Resilience;
using Xunit;

namespace Sluice.Tests.Resilience;

[Collection(AloneOnVirtualTime.Name)]
public sealed class CircuitBreakerTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly List<BreakerState> _changes = [];
    private readonly List<TaskCompletionSource<NotionResult>> _probes = [];
    private readonly CallPlan _plan = new(NotionEndpoint.Send, new RecordingObserver());
    private readonly CircuitBreaker _breaker;

    public CircuitBreakerTests() => _breaker = new CircuitBreaker(new CircuitBreakerOptions(), enabled: true, ProbeAsync, _changes.Add, _time);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private int Probes
    {
        get
        {
            lock (_probes)
            {
                return _probes.Count;
            }
        }
    }

    [Fact]
    public async Task Everybody_waits_for_the_break_and_one_probes()
    {
        await OpenAsync();
        var calls = Enter(10);
        await _time.Pass(TimeSpan.FromSeconds(59));
        Assert.DoesNotContain(calls, c => c.IsCompleted);
        Assert.Equal((0, WaitReason.Breaker), (Probes, ((RecordingObserver)_plan.Observer).Now));

        await _time.Pass(TimeSpan.FromSeconds(1));
        await Virtual.Until(() => Probes == 1, "one probes");
        await _time.Pass(TimeSpan.FromSeconds(5));
        Assert.Equal((1, BreakerState.Open), (Probes, _breaker.State));

        _probes[0].SetResult(Answer.Ok);
        await Virtual.Until(() => calls.Count(c => c.IsCompleted) == 3, "three real calls go out");
        await Virtual.Settle();
        Assert.Equal(3, calls.Count(c => c.IsCompleted));
        var trials = await Task.WhenAll(calls.Where(c => c.IsCompleted));
        Assert.All(trials, t => Assert.True(t.Trial));

        _breaker.Leave(trials[0], NotionEndpoint.Send, Answer.Ok);
        await Task.WhenAll(calls);
        Assert.Equal([BreakerState.Open, BreakerState.HalfOpen, BreakerState.Closed], _changes);
    }

    [Fact]
    public async Task A_failed_probe_is_another_break_for_everybody()
    {
        await OpenAsync();
        var calls = Enter(3);
        await _time.Pass(TimeSpan.FromSeconds(61));
        await Virtual.Until(() => Probes == 1, "one probes");
        _probes[0].SetResult(Answer.Status504);
        await Virtual.Until(() => _breaker.Remaining > TimeSpan.Zero, "there is another break");
        await _time.Pass(TimeSpan.FromSeconds(59));
        Assert.Equal((1, BreakerState.Open), (Probes, _breaker.State));
        await _time.PassUntil(() => Probes == 2, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(1));
        _probes[1].SetResult(Answer.Forgotten);
        await Task.WhenAll(calls);
        Assert.Equal([BreakerState.Open, BreakerState.HalfOpen], _changes);
    }

    [Fact]
    public async Task A_call_that_is_cancelled_while_it_probes_closes_nothing_and_the_next_probes()
    {
        await OpenAsync();
        using var stop = new CancellationTokenSource();
        var prober = _breaker.EnterAsync(_plan, stop.Token).AsTask();
        await _time.Pass(TimeSpan.FromSeconds(61));
        await Virtual.Until(() => Probes == 1, "the first probes");
        var other = _breaker.EnterAsync(_plan, Ct).AsTask();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => prober);
        await Virtual.Until(() => Probes == 2, "the other probes");
        Assert.Equal((BreakerState.Open, false), (_breaker.State, other.IsCompleted));
        _probes[1].SetResult(Answer.Ok);
        Assert.True((await other).Trial);
    }

    [Fact]
    public async Task Waiting_can_be_cancelled_in_every_state()
    {
        await OpenAsync();
        await CancelledAsync();
        var prober = _breaker.EnterAsync(_plan, Ct).AsTask();
        await _time.Pass(TimeSpan.FromSeconds(61));
        await Virtual.Until(() => Probes == 1, "one probes");
        await CancelledAsync();
        _probes[0].SetResult(Answer.Ok);
        await prober;
        await Task.WhenAll(Enter(2));
        await CancelledAsync();

        async Task CancelledAsync()
        {
            using var stop = new CancellationTokenSource();
            var waits = _breaker.EnterAsync(_plan, stop.Token).AsTask();
            await Virtual.Settle();
            Assert.False(waits.IsCompleted);
            await stop.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waits);
        }
    }

    [Fact]
    public async Task A_trial_that_did_not_go_out_leaves_its_place_to_the_next()
    {
        await OpenAsync();
        var calls = Enter(5);
        await _time.Pass(TimeSpan.FromSeconds(61));
        await Virtual.Until(() => Probes == 1, "one probes");
        _probes[0].SetResult(Answer.Ok);
        await Virtual.Until(() => calls.Count(c => c.IsCompleted) == 3, "three are trials");
        _breaker.Leave(await calls.First(c => c.IsCompleted), NotionEndpoint.Send, null);
        await Virtual.Until(() => calls.Count(c => c.IsCompleted) == 4, "a fourth one is");
        Assert.Equal(BreakerState.HalfOpen, _breaker.State);
    }

    [Fact]
    public async Task What_began_before_the_breaker_opened_does_not_hold_any_more()
    {
        var old = await _breaker.EnterAsync(_plan, Ct);
        Assert.True(_breaker.StillHolds(old));
        await OpenAsync();
        Assert.False(_breaker.StillHolds(old));
        _breaker.Leave(old, NotionEndpoint.Send, Answer.Ok);
        Assert.Equal(BreakerState.Open, _breaker.State);
    }

    [Fact]
    public async Task Refused_credentials_stop_everything_until_the_configuration_changes()
    {
        var admission = await _breaker.EnterAsync(_plan, Ct);
        _breaker.Leave(admission, NotionEndpoint.Retrieve, Answer.Unauthorized);
        Assert.Equal(BreakerState.Isolated, _breaker.State);
        var refused = await _breaker.EnterAsync(_plan, Ct);
        Assert.Equal(FailureClass.Credentials, refused.Refusal?.Class);

        _breaker.Reset();
        Assert.Null((await _breaker.EnterAsync(_plan, Ct)).Refusal);
        _breaker.Leave(admission, NotionEndpoint.Retrieve, Answer.Unauthorized);
        Assert.Equal(BreakerState.Closed, _breaker.State);
    }

    [Fact]
    public async Task A_probe_whose_token_is_refused_isolates()
    {
        await OpenAsync();
        var call = _breaker.EnterAsync(_plan, Ct).AsTask();
        await _time.Pass(TimeSpan.FromSeconds(61));
        await Virtual.Until(() => Probes == 1, "one probes");
        _probes[0].SetResult(Answer.Unauthorized);
        Assert.Equal(FailureClass.Credentials, (await call).Refusal?.Class);
        Assert.Equal([BreakerState.Open, BreakerState.Isolated], _changes);
    }

    [Fact]
    public async Task Switched_off_it_never_opens_but_refused_credentials_stop_all_the_same()
    {
        var off = new CircuitBreaker(new CircuitBreakerOptions(), enabled: false, ProbeAsync, _changes.Add, _time);
        for (var i = 0; i < 50; i++)
        {
            var admission = await off.EnterAsync(_plan, Ct);
            Assert.True(off.StillHolds(admission));
            off.Leave(admission, NotionEndpoint.Send, Answer.Status504);
        }

        Assert.Equal(BreakerState.Closed, off.State);
        var last = await off.EnterAsync(_plan, Ct);
        off.Leave(last, NotionEndpoint.Send, Answer.Unauthorized);
        Assert.False(off.StillHolds(last));
        Assert.NotNull((await off.EnterAsync(_plan, Ct)).Refusal);
    }

    [Fact]
    public async Task A_row_is_kept_while_a_call_hangs_and_forgotten_where_none_does()
    {
        // Four failures; then a call hangs for the whole window, moves once in between, and another fails.
        await FailAsync(4);
        using (var hanging = New())
        {
            _breaker.Began(hanging);
            await _time.Pass(TimeSpan.FromSeconds(45), TimeSpan.FromSeconds(5));
            hanging.Progress(1);
            await _time.Pass(TimeSpan.FromSeconds(40), TimeSpan.FromSeconds(5));
            await FailAsync(1);
            Assert.Equal(BreakerState.Open, _breaker.State);
            _breaker.Ended(hanging);
        }

        // The same without the call that hangs.
        _breaker.Reset();
        await FailAsync(4);
        using var moving = New();
        _breaker.Began(moving);
        for (var i = 0; i < 17; i++)
        {
            await _time.Pass(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(5));
            moving.Progress(1);
        }

        await FailAsync(1);
        Assert.Equal(BreakerState.Closed, _breaker.State);
    }

    [Fact]
    public async Task A_call_that_hung_and_was_given_up_disturbs_the_quiet_too()
    {
        await FailAsync(4);
        using (var hanging = New())
        {
            _breaker.Began(hanging);
            await _time.Pass(TimeSpan.FromSeconds(50), TimeSpan.FromSeconds(10));
            _breaker.Ended(hanging);
        }

        await _time.Pass(TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(10));
        await FailAsync(1);
        Assert.Equal(BreakerState.Open, _breaker.State);
    }

    private Attempt New() => new(new TimeoutOptions(), null, _plan.Observer, _time, Ct, _breaker.Moves);

    private async Task<NotionResult> ProbeAsync(CallPlan plan, CancellationToken cancellationToken)
    {
        var probe = new TaskCompletionSource<NotionResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_probes)
        {
            _probes.Add(probe);
        }

        return await probe.Task.WaitAsync(cancellationToken);
    }

    private Task<Sluice.Resilience.Admission>[] Enter(int count) => [.. Enumerable.Range(0, count).Select(_ => _breaker.EnterAsync(_plan, Ct).AsTask())];

    private async Task FailAsync(int times)
    {
        for (var i = 0; i < times; i++)
        {
            _breaker.Leave(await _breaker.EnterAsync(_plan, Ct), NotionEndpoint.Send, Answer.Status504);
        }
    }

    private async Task OpenAsync()
    {
        await FailAsync(5);
        Assert.Equal(BreakerState.Open, _breaker.State);
    }
}

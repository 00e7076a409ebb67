using CsCheck;
using Sluice.Resilience;
using Xunit;

namespace Sluice.Tests.Resilience;

public sealed class CircuitStateTests
{
    private static readonly TimeSpan Later = TimeSpan.MaxValue;
    private readonly CircuitState _state = new(new CircuitBreakerOptions());
    private TimeSpan _now = TimeSpan.FromHours(1);

    [Fact]
    public void Opens_after_five_failures_in_a_row()
    {
        for (var i = 1; i <= 4; i++)
        {
            Assert.False(Fail());
            Assert.Equal((BreakerState.Closed, i), (_state.State, _state.Row));
        }

        Assert.True(Fail());
        Assert.Equal((BreakerState.Open, TimeSpan.FromSeconds(60)), (_state.State, _state.Remaining(_now)));
        Assert.False(_state.TryAdmit(out _));
    }

    [Fact]
    public void A_success_sets_the_row_to_nothing()
    {
        for (var i = 0; i < 100; i++)
        {
            Assert.False(Fail());
            if (i % 4 == 3)
            {
                _state.Succeeded(_state.Epoch, counts: true);
            }
        }

        Assert.Equal(BreakerState.Closed, _state.State);
    }

    [Fact]
    public void Reads_neither_count_nor_reset()
    {
        for (var i = 0; i < 4; i++)
        {
            Fail();
            _state.Succeeded(_state.Epoch, counts: false);
            Assert.False(_state.Failed(_state.Epoch, counts: false, _now, Later));
        }

        Assert.Equal(4, _state.Row);
        Assert.True(Fail());
    }

    [Theory]
    [InlineData(59, 5)]
    [InlineData(60, 1)]
    [InlineData(3600, 1)]
    public void A_row_is_forgotten_after_a_quiet_window(int quietSeconds, int row)
    {
        for (var i = 0; i < 4; i++)
        {
            Fail();
        }

        _now += TimeSpan.FromSeconds(quietSeconds);
        Assert.Equal(row == 5, Fail());
        Assert.Equal(row == 5 ? 0 : 1, _state.Row);
    }

    [Fact]
    public void A_window_in_which_a_call_stood_still_is_not_quiet()
    {
        Fail();

        // Another call has stood still since the 20th second.
        _now += TimeSpan.FromSeconds(300);
        _state.Failed(_state.Epoch, true, _now, _now - TimeSpan.FromSeconds(280));
        Assert.Equal(2, _state.Row);

        // It moved again, and the quiet begins after that.
        _state.Disturbed(_now - TimeSpan.FromSeconds(300), _now + TimeSpan.FromSeconds(30));
        _now += TimeSpan.FromSeconds(80);
        Fail();
        Assert.Equal(3, _state.Row);
        _now += TimeSpan.FromSeconds(60);
        Fail();
        Assert.Equal(1, _state.Row);
    }

    [Fact]
    public void A_quiet_window_before_a_call_stood_still_counts()
    {
        Fail();
        Fail();
        _now += TimeSpan.FromSeconds(200);
        _state.Disturbed(_now - TimeSpan.FromSeconds(65), _now);
        Fail();
        Assert.Equal(1, _state.Row);
    }

    [Fact]
    public void Half_open_admits_three_and_the_first_success_closes()
    {
        OpenAndProbe();
        var epoch = _state.Epoch;
        Assert.Equal([true, true, true, false, false], Enumerable.Range(0, 5).Select(i => _state.TryAdmit(out var trial) && trial));
        Assert.True(_state.Succeeded(epoch, counts: true));
        Assert.Equal(BreakerState.Closed, _state.State);
        Assert.True(_state.TryAdmit(out var after));
        Assert.False(after);

        // The two others began before that and say nothing any more.
        Assert.False(_state.Failed(epoch, true, _now, Later));
        Assert.False(_state.Succeeded(epoch, true));
        Assert.Equal((BreakerState.Closed, 0), (_state.State, _state.Row));
    }

    [Fact]
    public void Half_open_any_failure_opens_again()
    {
        OpenAndProbe();
        var epoch = _state.Epoch;
        _state.TryAdmit(out _);
        Assert.True(Fail());
        Assert.Equal((BreakerState.Open, TimeSpan.FromSeconds(60)), (_state.State, _state.Remaining(_now)));
        Assert.False(_state.Succeeded(epoch, true));
        Assert.Equal(BreakerState.Open, _state.State);
    }

    [Fact]
    public void A_trial_that_says_nothing_frees_its_place()
    {
        OpenAndProbe();
        for (var i = 0; i < 10; i++)
        {
            Assert.True(_state.TryAdmit(out var trial));
            _state.Ignored(_state.Epoch, trial);
        }

        // One from an earlier half-open time frees nothing now.
        Assert.Equal(3, Enumerable.Range(0, 5).Count(i => _state.TryAdmit(out _)));
        _state.Ignored(_state.Epoch - 1, trial: true);
        Assert.False(_state.TryAdmit(out _));
    }

    [Fact]
    public void A_failed_probe_is_another_break()
    {
        Open();
        _now += TimeSpan.FromSeconds(60);
        Assert.Equal(TimeSpan.Zero, _state.Remaining(_now));
        var epoch = _state.Epoch;
        _state.ProbeFailed(_now);
        Assert.Equal((BreakerState.Open, TimeSpan.FromSeconds(60), epoch), (_state.State, _state.Remaining(_now), _state.Epoch));
    }

    [Fact]
    public void Credentials_isolate_until_the_configuration_changes_and_old_calls_do_not_isolate_the_new_one()
    {
        var old = _state.Epoch;
        Assert.True(_state.Isolate(old, Answer.Failure(Sluice.Notion.FailureClass.Credentials, 401)));
        Assert.Equal(BreakerState.Isolated, _state.State);
        Assert.NotNull(_state.IsolatedBy);
        Assert.False(_state.TryAdmit(out _));
        Assert.False(_state.Isolate(_state.Epoch, Answer.Failure(Sluice.Notion.FailureClass.Credentials, 401)));

        _state.Reset();
        Assert.Null(_state.IsolatedBy);
        Assert.True(_state.TryAdmit(out _));
        Assert.False(_state.Isolate(old, Answer.Failure(Sluice.Notion.FailureClass.Credentials, 401)));
        Assert.Equal(BreakerState.Closed, _state.State);
        Assert.True(_state.Isolate(_state.Epoch, Answer.Failure(Sluice.Notion.FailureClass.Credentials, 401)));
    }

    [Fact]
    public void The_state_machine_never_leaves_its_table() =>
        Gen.Select(Gen.Int[0, 7], Gen.Int[0, 3], Gen.Bool, Gen.Int[0, 70]).Array[1, 200].Sample(static steps =>
        {
            var options = new CircuitBreakerOptions();
            var state = new CircuitState(options);
            var now = TimeSpan.FromMinutes(5);
            var underWay = new Queue<(int Epoch, bool Trial)>();
            foreach (var (kind, pick, counts, pause) in steps)
            {
                now += TimeSpan.FromSeconds(pause);
                var (before, row, epoch) = (state.State, state.Row, state.Epoch);
                var call = kind is >= 1 and <= 3 && underWay.Count > 0 ? underWay.Dequeue() : default((int Epoch, bool Trial)?);
                switch (kind)
                {
                    case 0:
                        var admitted = state.TryAdmit(out var trial);
                        Assert.Equal(before == BreakerState.HalfOpen, trial);
                        Assert.Equal(before == BreakerState.Closed || (trial && underWay.Count(c => c.Epoch == epoch) < options.HalfOpenMaxCalls), admitted);
                        if (admitted)
                        {
                            underWay.Enqueue((epoch, trial));
                        }

                        break;
                    case 1 when call is { } c:
                        Assert.Equal(c.Epoch == epoch && counts && before == BreakerState.HalfOpen, state.Succeeded(c.Epoch, counts));
                        FreeWhereNothingChanged(c);
                        break;
                    case 2 when call is { } c:
                        var opens = state.Failed(c.Epoch, counts, now, TimeSpan.MaxValue);
                        Assert.True(!opens || (c.Epoch == epoch && counts));
                        Assert.True(!opens || before == BreakerState.HalfOpen || row == 4);
                        FreeWhereNothingChanged(c);
                        break;
                    case 3 when call is { } c:
                        state.Ignored(c.Epoch, c.Trial);
                        break;
                    case 4 when state.Remaining(now) == TimeSpan.Zero:
                        state.Probed();
                        Assert.Equal(before == BreakerState.Open ? BreakerState.HalfOpen : before, state.State);
                        break;
                    case 5:
                        state.ProbeFailed(now);
                        Assert.Equal(before, state.State);
                        break;
                }

                Assert.Equal(before != state.State, epoch != state.Epoch);
                Assert.InRange(state.Row, 0, options.FailureThreshold - 1);

                void FreeWhereNothingChanged((int Epoch, bool Trial) c)
                {
                    if (state.Epoch == epoch)
                    {
                        state.Ignored(c.Epoch, c.Trial);
                    }
                }
            }
        }, iter: 2000);

    private bool Fail() => _state.Failed(_state.Epoch, counts: true, _now, Later);

    private void Open()
    {
        for (var i = 0; i < 5; i++)
        {
            Fail();
        }

        Assert.Equal(BreakerState.Open, _state.State);
    }

    private void OpenAndProbe()
    {
        Open();
        _now += TimeSpan.FromSeconds(60);
        _state.Probed();
        Assert.Equal(BreakerState.HalfOpen, _state.State);
    }
}

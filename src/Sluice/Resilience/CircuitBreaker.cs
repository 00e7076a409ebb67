using Sluice.Diagnostics;
using Sluice.Notion;

namespace Sluice.Resilience;

/// <summary>
/// The waiting around <see cref="CircuitState"/>. When a break is over one waiting call makes the probe: a cheap retrieve of its
/// upload (users/me where there is none), limited to a few seconds, which is only the gate to a few real calls. A call that is
/// cancelled while it probes closes nothing; the next one in line probes.
/// </summary>
internal sealed class CircuitBreaker
{
    private readonly Lock _lock = new();
    private readonly CircuitState _state;
    private readonly long _start;
    private readonly UnderWay _underWay;
    private readonly News _news = new();
    private readonly Func<CallPlan, CancellationToken, Task<NotionResult>> _probe;
    private readonly Action<BreakerState> _changed;
    private readonly TimeProvider _time;
    private readonly bool _enabled;
    private bool _probing;

    /// <param name="options">When it opens, and for how long.</param>
    /// <param name="enabled">False: it only isolates.</param>
    /// <param name="probe">A cheap call.</param>
    /// <param name="changed">Hears the new state, outside of any lock.</param>
    /// <param name="time">The clock.</param>
    public CircuitBreaker(CircuitBreakerOptions options, bool enabled, Func<CallPlan, CancellationToken, Task<NotionResult>> probe, Action<BreakerState> changed, TimeProvider time)
    {
        _state = new CircuitState(options);
        (_enabled, _probe, _changed, _time) = (enabled, probe, changed, time);
        _start = time.GetTimestamp();
        _underWay = new UnderWay(time, _start);
    }

    public BreakerState State
    {
        get
        {
            lock (_lock)
            {
                return _state.State;
            }
        }
    }

    public TimeSpan Remaining
    {
        get
        {
            lock (_lock)
            {
                return _state.Remaining(Now);
            }
        }
    }

    private TimeSpan Now => _time.GetElapsedTime(_start);

    /// <summary>False for calls the breaker is off for: they pass, and do not count. Null: it is on for all.</summary>
    public Func<CallPlan, bool>? IsOn { get; init; }

    /// <summary>Waits until the call may go out. Isolated: tells why at once.</summary>
    public async ValueTask<Admission> EnterAsync(CallPlan plan, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task news;
            TimeSpan remaining;
            bool mustProbe;
            lock (_lock)
            {
                if (_state.IsolatedBy is { } isolated)
                {
                    return new Admission(_state.Epoch, false, isolated);
                }

                if (!_enabled || IsOn?.Invoke(plan) == false)
                {
                    return new Admission(_state.Epoch, false, null, Bypasses: true);
                }

                if (_state.TryAdmit(out var trial))
                {
                    return new Admission(_state.Epoch, trial, null);
                }

                remaining = _state.Remaining(Now);
                mustProbe = _state.State == BreakerState.Open && remaining <= TimeSpan.Zero && !_probing;
                _probing |= mustProbe;
                news = _news.Next;
            }

            plan.Observer.Waiting(WaitReason.Breaker, remaining > TimeSpan.Zero ? remaining : null);
            if (mustProbe)
            {
                await ProbeAsync(plan, cancellationToken).ConfigureAwait(false);
            }
            else if (remaining > TimeSpan.Zero)
            {
                await WaitAsync(news, remaining, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                // Somebody probes or tries; each ends within the limits of one attempt, and that is news.
                await news.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>True while the admission still holds: asked again right before the call goes out.</summary>
    public bool StillHolds(Admission admission)
    {
        lock (_lock)
        {
            return _state.State != BreakerState.Isolated && (admission.Bypasses || admission.Epoch == _state.Epoch);
        }
    }

    public void Began(Attempt attempt)
    {
        lock (_lock)
        {
            _underWay.Add(attempt);
        }
    }

    /// <summary>An attempt moves again after it had stood still since then.</summary>
    public void Moves(long stillSince)
    {
        lock (_lock)
        {
            StoodStillUnderLock(stillSince);
        }
    }

    public void Ended(Attempt attempt)
    {
        lock (_lock)
        {
            _underWay.Remove(attempt);
            StoodStillUnderLock(attempt.MovedTimestamp);
        }
    }

    /// <summary>A call ended, or, without a result, did not go out after all.</summary>
    public void Leave(Admission admission, NotionEndpoint endpoint, NotionResult? result)
    {
        BreakerState? now;
        lock (_lock)
        {
            var counts = BreakerVerdict.Counts(endpoint);
            var change = result switch
            {
                null => false,
                { Failure: null } => !admission.Bypasses && _state.Succeeded(admission.Epoch, counts),
                { Failure.Class: FailureClass.Credentials } => _state.Isolate(admission.Epoch, result.Failure),
                _ => !admission.Bypasses && BreakerVerdict.IsIll(result.Failure) && _state.Failed(admission.Epoch, counts, Now, _underWay.QuietUntil()),
            };
            if (!change)
            {
                _state.Ignored(admission.Epoch, admission.Trial);
            }

            now = change ? _state.State : null;
        }

        _news.Tell();
        if (now is { } state)
        {
            _changed(state);
        }
    }

    /// <summary>The configuration changed: an isolated connection may try again.</summary>
    public void Reset()
    {
        lock (_lock)
        {
            _state.Reset();
        }

        _news.Tell();
        _changed(BreakerState.Closed);
    }

    private async Task ProbeAsync(CallPlan plan, CancellationToken cancellationToken)
    {
        NotionResult? result = null;
        int epoch;
        lock (_lock)
        {
            epoch = _state.Epoch;
        }

        try
        {
            result = await _probe(plan, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            BreakerState? now;
            lock (_lock)
            {
                _probing = false;
                JudgeProbeUnderLock(epoch, result);
                now = _state.Epoch != epoch ? _state.State : null;
            }

            _news.Tell();
            if (now is { } state)
            {
                _changed(state);
            }
        }
    }

    private void JudgeProbeUnderLock(int epoch, NotionResult? result)
    {
        if (result is null || epoch != _state.Epoch)
        {
            return;
        }

        if (result.Failure is { Class: FailureClass.Credentials } refused)
        {
            _state.Isolate(epoch, refused);
        }
        else if (BreakerVerdict.Answers(result))
        {
            _state.Probed();
        }
        else
        {
            _state.ProbeFailed(Now);
        }
    }

    private void StoodStillUnderLock(long since)
    {
        var from = _underWay.StillSince(since);
        if (from < Now)
        {
            var others = _underWay.QuietUntil();
            _state.Disturbed(others < from ? others : from, Now);
        }
    }

    private async Task WaitAsync(Task news, TimeSpan remaining, CancellationToken cancellationToken)
    {
        try
        {
            await news.WaitAsync(TimeSpan.FromMilliseconds(Math.Ceiling(remaining.TotalMilliseconds)), _time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // The break is over: somebody has to probe.
        }
    }
}

using Sluice.Diagnostics;
using Sluice.Notion;

namespace Sluice.Resilience;

/// <summary>
/// The waiting around <see cref="CircuitState"/>. When a break is over one waiting call makes the probe: a cheap retrieve of its
/// upload (users/me where there is none), limited to a few seconds, which is only the gate to a few real calls. A call that is
/// cancelled while it probes closes nothing; the next one in line probes.
/// </summary>
internal sealed class CircuitBreaker(CircuitBreakerOptions options, bool enabled, Func<CallPlan, CancellationToken, Task<NotionResult>> probe, Action<BreakerState> changed, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly CircuitState _state = new(options);
    private readonly HashSet<Attempt> _underWay = [];
    private readonly long _start = time.GetTimestamp();
    private TaskCompletionSource _news = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _probing;

    /// <summary>False for calls the breaker is off for: they pass, and do not count. Null: it is on for all.</summary>
    public Func<CallPlan, bool>? IsOn { get; init; }

    /// <summary>A call that may go out, or why it may not.</summary>
    internal readonly record struct Admission(int Epoch, bool Trial, NotionFailure? Refusal, bool Bypasses = false);

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

    private TimeSpan Now => time.GetElapsedTime(_start);

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

                if (!enabled || IsOn?.Invoke(plan) == false)
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
                news = _news.Task;
            }

            plan.Observer.Waiting(WaitReason.Breaker, remaining);
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
                await news.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>True while the admission still holds: asked again right before the call goes out.</summary>
    public bool StillHolds(Admission admission)
    {
        lock (_lock)
        {
            return admission.Bypasses || admission.Epoch == _state.Epoch;
        }
    }

    public void Began(Attempt attempt)
    {
        lock (_lock)
        {
            _underWay.Add(attempt);
        }
    }

    public void Ended(Attempt attempt)
    {
        lock (_lock)
        {
            _underWay.Remove(attempt);
            _lastMoved = attempt.MovedTimestamp;
        }
    }

    private long _lastMoved;

    /// <summary>A call ended, or did not go out after all.</summary>
    public void Leave(Admission admission, CallState call, NotionResult? result, bool ended)
    {
        BreakerState? now = null;
        lock (_lock)
        {
            var counts = call.Plan.Endpoint is NotionEndpoint.Create or NotionEndpoint.Send or NotionEndpoint.Complete or NotionEndpoint.AppendChildren or NotionEndpoint.UpdatePage or NotionEndpoint.CreatePage;
            var change = false;
            if (ended && result is { Failure: null } && !admission.Bypasses)
            {
                change = _state.Succeeded(admission.Epoch, counts);
            }
            else if (ended && result?.Failure is { Class: FailureClass.Transient or FailureClass.Unknown or FailureClass.Ambiguous, UploadNotPending: false })
            {
                change = !admission.Bypasses && _state.Failed(admission.Epoch, counts, Now, QuietUntilUnderLock());
            }
            else if (ended && result?.Failure is { Class: FailureClass.Credentials } refused)
            {
                _state.Isolate(refused);
                change = true;
            }

            if (!change)
            {
                _state.Ignored(admission.Epoch, admission.Trial);
            }

            now = change ? _state.State : null;
        }

        News();
        if (now is { } state)
        {
            changed(state);
        }
    }

    /// <summary>The configuration changed: an isolated connection may try again.</summary>
    public void Reset()
    {
        lock (_lock)
        {
            _state.Reset();
        }

        News();
        changed(BreakerState.Closed);
    }

    private async Task ProbeAsync(CallPlan plan, CancellationToken cancellationToken)
    {
        NotionResult? result = null;
        try
        {
            result = await probe(plan, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            BreakerState state;
            lock (_lock)
            {
                _probing = false;
                if (result?.Failure is { Class: FailureClass.Credentials } refused)
                {
                    _state.Isolate(refused);
                }
                else if (result is not null && Answers(result))
                {
                    _state.Probed();
                }
                else if (result is not null)
                {
                    _state.ProbeFailed(Now);
                }

                state = _state.State;
            }

            News();
            if (result is not null)
            {
                changed(state);
            }
        }
    }

    /// <summary>Any clear answer will do, "no such upload" too: it is Notion that answers.</summary>
    private static bool Answers(NotionResult result) =>
        result.Failure is null || result.Failure.Class is FailureClass.Forgotten or FailureClass.Permanent or FailureClass.Gap or FailureClass.ToldToWait;

    private TimeSpan QuietUntilUnderLock()
    {
        var oldest = _lastMoved == 0 ? time.GetTimestamp() : _lastMoved;
        foreach (var attempt in _underWay)
        {
            oldest = Math.Min(oldest, attempt.MovedTimestamp);
        }

        return time.GetElapsedTime(_start, oldest) + CircuitState.Hanging;
    }

    private async Task WaitAsync(Task news, TimeSpan remaining, CancellationToken cancellationToken)
    {
        try
        {
            await news.WaitAsync(TimeSpan.FromMilliseconds(Math.Ceiling(remaining.TotalMilliseconds)), time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // The break is over: somebody has to probe.
        }
    }

    private void News()
    {
        TaskCompletionSource before;
        lock (_lock)
        {
            before = _news;
            _news = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        before.TrySetResult();
    }
}

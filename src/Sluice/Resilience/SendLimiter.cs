using Sluice.Notion;
using Sluice.Pacing;

namespace Sluice.Resilience;

/// <summary>
/// The limit on parts in flight of one connection: what <see cref="AdaptiveLimit"/> says, and after a break the recovery ramp,
/// which starts low and doubles while nothing fails.
/// </summary>
internal sealed class SendLimiter : IDisposable
{
    private readonly CircuitBreakerOptions _ramp;
    private readonly Func<double> _requestsPerSecond;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly AdaptiveLimit _limit;
    private readonly ITimer _timer;
    private readonly long _start;
    private readonly Func<bool> _adaptive;
    private readonly int _fixed;
    private int _rampAt = int.MaxValue;

    public SendLimiter(ConcurrencyOptions options, CircuitBreakerOptions ramp, bool adaptive, Func<double> requestsPerSecond, TimeProvider time)
        : this(options, ramp, () => adaptive, requestsPerSecond, time)
    {
    }

    /// <summary>A limit that adapts while <paramref name="adaptive"/> says so; asked each time it is applied.</summary>
    public SendLimiter(ConcurrencyOptions options, CircuitBreakerOptions ramp, Func<bool> adaptive, Func<double> requestsPerSecond, TimeProvider time)
    {
        _ramp = ramp;
        _requestsPerSecond = requestsPerSecond;
        _time = time;
        _adaptive = adaptive;
        _fixed = options.MaxWorkers;
        _start = time.GetTimestamp();
        _limit = new AdaptiveLimit(options.MinWorkers, options.MaxWorkers);
        Permits = new PermitPool(adaptive() ? _limit.Value : _fixed);
        _timer = time.CreateTimer(static limiter => ((SendLimiter)limiter!).Climb(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public PermitPool Permits { get; }

    /// <summary>Why the limit is what it is.</summary>
    public string Reason
    {
        get
        {
            lock (_lock)
            {
                return _rampAt < (_adaptive() ? _limit.Value : _fixed) ? "ramp" : _adaptive() ? _limit.Reason : "fixed";
            }
        }
    }

    /// <summary>What the CPU allows.</summary>
    public void SetCpuCeiling(int ceiling)
    {
        lock (_lock)
        {
            _limit.SetCpuCeiling(ceiling);
            ApplyUnderLock();
        }
    }

    /// <summary>What the end of a send says about the limit. A conflict (409) is about the one upload.</summary>
    public static LimitOutcome OutcomeOf(NotionResult? result) => result switch
    {
        null or NotionRefusal => LimitOutcome.Ignore,
        { Failure: null } => LimitOutcome.Success,
        { Failure.Error.NotionStatus: 529 } => LimitOutcome.Dropped,
        { Failure.Error.NotionStatus: 409 } => LimitOutcome.Ignore,
        { Failure.Class: FailureClass.Transient or FailureClass.Unknown } => LimitOutcome.Dropped,
        _ => LimitOutcome.Ignore,
    };

    /// <summary>A send ended.</summary>
    public void Ended(NotionResult? result, CallState call)
    {
        var outcome = OutcomeOf(result);
        var perSecond = _requestsPerSecond();
        lock (_lock)
        {
            _limit.Ended(outcome, _time.GetElapsedTime(_start), call.SentBytes, call.Duration, Permits.InFlight, perSecond);
            if (outcome == LimitOutcome.Dropped && _rampAt != int.MaxValue)
            {
                // A failure keeps the ramp where it is for another step.
                _timer.Change(_ramp.RampStep, Timeout.InfiniteTimeSpan);
            }

            ApplyUnderLock();
        }
    }

    /// <summary>The breaker closed: start low.</summary>
    public void StartRamp()
    {
        lock (_lock)
        {
            _rampAt = Math.Max(1, _ramp.RampStart);
            _timer.Change(_ramp.RampStep, Timeout.InfiniteTimeSpan);
            ApplyUnderLock();
        }
    }

    public void Dispose() => _timer.Dispose();

    private void Climb()
    {
        lock (_lock)
        {
            if (_rampAt == int.MaxValue)
            {
                return;
            }

            _rampAt *= 2;
            if (_rampAt >= _fixed)
            {
                _rampAt = int.MaxValue;
            }
            else
            {
                _timer.Change(_ramp.RampStep, Timeout.InfiniteTimeSpan);
            }

            ApplyUnderLock();
        }
    }

    /// <summary>Under the lock, so that the last to decide is the last to set.</summary>
    private void ApplyUnderLock() => Permits.SetLimit(Math.Min(_adaptive() ? _limit.Value : _fixed, _rampAt));
}

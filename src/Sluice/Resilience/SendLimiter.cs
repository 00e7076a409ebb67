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
    private readonly bool _adaptive;
    private readonly int _fixed;
    private int _rampAt = int.MaxValue;

    public SendLimiter(ConcurrencyOptions options, CircuitBreakerOptions ramp, bool adaptive, Func<double> requestsPerSecond, TimeProvider time)
    {
        _ramp = ramp;
        _requestsPerSecond = requestsPerSecond;
        _time = time;
        _adaptive = adaptive;
        _fixed = options.MaxWorkers;
        _start = time.GetTimestamp();
        _limit = new AdaptiveLimit(options.MinWorkers, options.MaxWorkers);
        Permits = new PermitPool(adaptive ? _limit.Value : _fixed);
        _timer = time.CreateTimer(static limiter => ((SendLimiter)limiter!).Climb(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public PermitPool Permits { get; }

    /// <summary>Whether the limit adapts; read each time it is applied. Null: as it was made.</summary>
    public Func<bool>? IsOn { get; init; }

    /// <summary>Why the limit is what it is.</summary>
    public string Reason
    {
        get
        {
            lock (_lock)
            {
                return _rampAt < _limit.Value ? "ramp" : _limit.Reason;
            }
        }
    }

    /// <summary>What the CPU allows.</summary>
    public void SetCpuCeiling(int ceiling)
    {
        lock (_lock)
        {
            _limit.SetCpuCeiling(ceiling);
        }

        Apply();
    }

    /// <summary>A send ended.</summary>
    public void Ended(NotionResult? result, CallState call)
    {
        var outcome = result is null or NotionRefusal ? LimitOutcome.Ignore
            : result.Failure is null ? LimitOutcome.Success
            : result.Failure.Class is FailureClass.Transient or FailureClass.Unknown ? LimitOutcome.Dropped
            : result.Failure.Error.NotionStatus == 529 ? LimitOutcome.Dropped
            : LimitOutcome.Ignore;
        lock (_lock)
        {
            _limit.Ended(outcome, _time.GetElapsedTime(_start), call.SentBytes, call.Duration, Permits.InFlight, _requestsPerSecond());
            if (outcome == LimitOutcome.Dropped && _rampAt != int.MaxValue)
            {
                // A failure keeps the ramp where it is for another step.
                _timer.Change(_ramp.RampStep, Timeout.InfiniteTimeSpan);
            }
        }

        Apply();
    }

    /// <summary>The breaker closed: start low.</summary>
    public void StartRamp()
    {
        lock (_lock)
        {
            _rampAt = Math.Max(1, _ramp.RampStart);
            _timer.Change(_ramp.RampStep, Timeout.InfiniteTimeSpan);
        }

        Apply();
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
        }

        Apply();
    }

    private void Apply()
    {
        int limit;
        lock (_lock)
        {
            limit = Math.Min(IsOn?.Invoke() ?? _adaptive ? _limit.Value : _fixed, _rampAt);
        }

        Permits.SetLimit(limit);
    }
}

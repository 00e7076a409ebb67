using Sluice.Notion;

namespace Sluice.Resilience;

/// <summary>
/// The breaker's arithmetic, without waiting: counts failures in a row, opens, admits trials, closes. A row is forgotten after a
/// quiet window, in which nothing failed and no call stood still for more than ten seconds: a plain count within a window would
/// be open half of the time at an error rate of 4 %, and never open where Notion hangs (tests/Sluice.Tests/Resilience/BreakerNamedCases).
/// Results of calls from before the last change of state change nothing. Not thread-safe.
/// </summary>
internal sealed class CircuitState(CircuitBreakerOptions options)
{
    /// <summary>A call without progress for so long disturbs the quiet.</summary>
    public static readonly TimeSpan Hanging = TimeSpan.FromSeconds(10);

    private TimeSpan _openUntil;
    private TimeSpan _quietSince;
    private int _trials;
    private int _beganAnew;

    public BreakerState State { get; private set; }

    /// <summary>Grows with each change of state; a call carries the one it began in.</summary>
    public int Epoch { get; private set; }

    /// <summary>Failures in a row so far.</summary>
    public int Row { get; private set; }

    /// <summary>Why the breaker is isolated.</summary>
    public NotionFailure? IsolatedBy { get; private set; }

    /// <summary>What remains of the break; zero: a probe is due.</summary>
    public TimeSpan Remaining(TimeSpan now) => State == BreakerState.Open && _openUntil > now ? _openUntil - now : TimeSpan.Zero;

    /// <summary>Admits a call, as a trial where half-open; false: it has to wait.</summary>
    public bool TryAdmit(out bool trial)
    {
        trial = State == BreakerState.HalfOpen;
        if (State == BreakerState.Closed)
        {
            return true;
        }

        if (trial && _trials < options.HalfOpenMaxCalls)
        {
            _trials++;
            return true;
        }

        return false;
    }

    /// <summary>The probe got an answer: trials may begin.</summary>
    public void Probed()
    {
        if (State == BreakerState.Open)
        {
            Change(BreakerState.HalfOpen);
            _trials = 0;
        }
    }

    /// <summary>The probe failed: another break.</summary>
    public void ProbeFailed(TimeSpan now)
    {
        if (State == BreakerState.Open)
        {
            _openUntil = now + options.BreakDuration;
        }
    }

    /// <summary>A call succeeded; true where that closed the breaker.</summary>
    /// <param name="epoch">The epoch it began in.</param>
    /// <param name="counts">False for reads, which neither count nor reset.</param>
    public bool Succeeded(int epoch, bool counts)
    {
        if (epoch != Epoch || !counts)
        {
            return false;
        }

        Row = 0;
        if (State != BreakerState.HalfOpen)
        {
            return false;
        }

        Change(BreakerState.Closed);
        return true;
    }

    /// <summary>It was not quiet between the two: a call stood still, or something failed. A row is forgotten where it was quiet for long enough before.</summary>
    public void Disturbed(TimeSpan from, TimeSpan to)
    {
        if (from - _quietSince >= options.Window)
        {
            Row = 0;
        }

        _quietSince = to > _quietSince ? to : _quietSince;
    }

    /// <summary>A call failed in a way that says Notion is ill; true where that opened the breaker.</summary>
    /// <param name="epoch">The epoch it began in.</param>
    /// <param name="counts">False for reads.</param>
    /// <param name="now">Now.</param>
    /// <param name="quietUntil">Since when a call under way stands still; now or later where none does.</param>
    public bool Failed(int epoch, bool counts, TimeSpan now, TimeSpan quietUntil)
    {
        if (epoch != Epoch || !counts)
        {
            return false;
        }

        if (State == BreakerState.HalfOpen)
        {
            Open(now);
            return true;
        }

        Disturbed(quietUntil < now ? quietUntil : now, now);
        if (++Row < options.FailureThreshold)
        {
            return false;
        }

        Open(now);
        return true;
    }

    /// <summary>A trial ended without saying anything: its place is free again.</summary>
    public void Ignored(int epoch, bool trial)
    {
        if (trial && epoch == Epoch && State == BreakerState.HalfOpen)
        {
            _trials--;
        }
    }

    /// <summary>Notion refused the token; false where the call began before the configuration changed and says nothing about the new one.</summary>
    public bool Isolate(int epoch, NotionFailure failure)
    {
        if (epoch < _beganAnew || State == BreakerState.Isolated)
        {
            return false;
        }

        IsolatedBy = failure;
        Change(BreakerState.Isolated);
        return true;
    }

    /// <summary>The configuration changed: begin anew.</summary>
    public void Reset()
    {
        IsolatedBy = null;
        Change(BreakerState.Closed);
        _beganAnew = Epoch;
    }

    private void Open(TimeSpan now)
    {
        _openUntil = now + options.BreakDuration;
        Change(BreakerState.Open);
    }

    private void Change(BreakerState state)
    {
        State = state;
        Row = 0;
        Epoch++;
    }
}

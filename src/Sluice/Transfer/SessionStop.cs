using Sluice.Errors;

namespace Sluice.Transfer;

/// <summary>Stops one session in two steps: nothing new is begun, then what is under way is cut. Remembers who asked.</summary>
internal sealed class SessionStop(TimeProvider time) : IDisposable
{
    private readonly Lock _lock = new();

    // Never disposed: their tokens may be asked for at any time, and without timers they hold nothing.
    private readonly CancellationTokenSource _begin = new();
    private readonly CancellationTokenSource _carryOn = new();
    private CancellationTokenRegistration _beginLink;
    private CancellationTokenRegistration _carryOnLink;
    private ITimer? _graceTimer;
    private long _graceEnds = long.MaxValue;

    /// <summary>Fires when nothing new may be begun: no read, no send, no call.</summary>
    public CancellationToken Begin => _begin.Token;

    /// <summary>Fires when what is under way must end.</summary>
    public CancellationToken CarryOn => _carryOn.Token;

    public StopCause Cause { get; private set; }

    public bool Requested => _begin.IsCancellationRequested;

    /// <summary>A stop of its own that also follows this one; dispose it.</summary>
    public SessionStop Follower()
    {
        var follower = new SessionStop(time);
        follower._beginLink = Begin.UnsafeRegister(stop => ((SessionStop)stop!).BeginStop(Cause), follower);
        follower._carryOnLink = CarryOn.UnsafeRegister(stop => ((SessionStop)stop!).Request(Cause, TimeSpan.Zero), follower);
        return follower;
    }

    /// <summary>Stops; a second call can only shorten the grace. The first cause stays, but a lost lease wins: nothing may be written after it.</summary>
    public void Request(StopCause cause, TimeSpan grace)
    {
        lock (_lock)
        {
            var ends = time.GetTimestamp() + (long)(grace.TotalSeconds * time.TimestampFrequency);
            if (grace > TimeSpan.Zero && ends < _graceEnds)
            {
                _graceEnds = ends;
                _graceTimer?.Dispose();
                _graceTimer = time.CreateTimer(static source => ((CancellationTokenSource)source!).Cancel(), _carryOn, grace, Timeout.InfiniteTimeSpan);
            }
        }

        BeginStop(cause);
        if (grace <= TimeSpan.Zero)
        {
            _carryOn.Cancel();
        }
    }

    /// <summary>What the user is told about the stop.</summary>
    public StepOutcome Outcome() => Cause switch
    {
        StopCause.LeaseLost => StepOutcome.Interrupted(ErrorCodes.Locked, "The right to move this upload was lost: another process has taken it over, or the store of checkpoints could not be reached. What arrived is kept; the same command goes on from there."),
        StopCause.LetGo => StepOutcome.Interrupted(ErrorCodes.Locked, "Another process has taken this upload over; it goes on there."),
        StopCause.Shutdown => StepOutcome.Interrupted(ErrorCodes.Interrupted, "The program is shutting down; what arrived is kept, and the next start goes on from there."),
        _ => StepOutcome.Interrupted(ErrorCodes.Interrupted, "Stopped; what arrived is kept, and the same command goes on from there."),
    };

    public void Dispose()
    {
        _graceTimer?.Dispose();
        _beginLink.Dispose();
        _carryOnLink.Dispose();
    }

    private void BeginStop(StopCause cause)
    {
        lock (_lock)
        {
            Cause = Cause == StopCause.None || cause == StopCause.LeaseLost ? cause : Cause;
        }

        _begin.Cancel();
    }
}

using Sluice.Errors;

namespace Sluice.Transfer;

/// <summary>Stops one session in two steps: nothing new is begun, then what is under way is cut. Remembers who asked.</summary>
internal sealed class SessionStop(TimeProvider time) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _begin = new();
    private readonly CancellationTokenSource _carryOn = new();
    private ITimer? _graceTimer;
    private long _graceEnds = long.MaxValue;

    /// <summary>Fires when nothing new may be begun: no read, no send, no call.</summary>
    public CancellationToken Begin => _begin.Token;

    /// <summary>Fires when what is under way must end.</summary>
    public CancellationToken CarryOn => _carryOn.Token;

    public StopCause Cause { get; private set; }

    public bool Requested => _begin.IsCancellationRequested;

    /// <summary>Stops; a second call can only shorten the grace. The first cause stays, but a lost lease wins: nothing may be written after it.</summary>
    public void Request(StopCause cause, TimeSpan grace)
    {
        lock (_lock)
        {
            Cause = Cause == StopCause.None || cause == StopCause.LeaseLost ? cause : Cause;
            var ends = time.GetTimestamp() + (long)(grace.TotalSeconds * time.TimestampFrequency);
            if (grace > TimeSpan.Zero && ends < _graceEnds)
            {
                _graceEnds = ends;
                _graceTimer?.Dispose();
                _graceTimer = time.CreateTimer(static state => ((CancellationTokenSource)state!).Cancel(), _carryOn, grace, Timeout.InfiniteTimeSpan);
            }
        }

        _begin.Cancel();
        if (grace <= TimeSpan.Zero)
        {
            _carryOn.Cancel();
        }
    }

    /// <summary>What the user is told about the stop.</summary>
    public StepOutcome Outcome() => Cause switch
    {
        StopCause.LeaseLost or StopCause.LetGo => StepOutcome.Interrupted(ErrorCodes.Locked, "Another process has taken this upload over; it goes on there."),
        StopCause.Shutdown => StepOutcome.Interrupted(ErrorCodes.Interrupted, "The program is shutting down; what arrived is kept, and the next start goes on from there."),
        _ => StepOutcome.Interrupted(ErrorCodes.Interrupted, "Stopped; what arrived is kept, and the same command goes on from there."),
    };

    public void Dispose()
    {
        _graceTimer?.Dispose();
        _begin.Dispose();
        _carryOn.Dispose();
    }
}

using Sluice.Diagnostics;
using Sluice.Errors;
using Sluice.Notion;

namespace Sluice.Resilience;

/// <summary>
/// One attempt and its four limits: connect, response (from the last body byte to the status line), read (a body that does not
/// move), total; each cut to what is left of the upload's hour. Progress only notes the time; the timer looks when it fires
/// and sets itself again, so that 64 KiB of progress cost two stores.
/// </summary>
internal sealed class Attempt : IAttempt, IDisposable
{
    private readonly TimeoutOptions _limits;
    private readonly TimeProvider _time;
    private readonly ICallObserver _observer;
    private readonly CancellationTokenSource _source;
    private readonly ITimer _timer;
    private readonly Action<long>? _moves;
    private readonly Lock _lock = new();
    private readonly long _start;
    private readonly TimeSpan _total;
    private long _moved;
    private long _sent;
    private long _phaseStart;
    private int _phase = (int)Phase.Sending;
    private ErrorCode? _expired;
    private bool _over;

    /// <param name="limits">The limits.</param>
    /// <param name="left">What is left of the upload's hour; null: it has none.</param>
    /// <param name="observer">Who hears how far it gets.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends it from the outside.</param>
    /// <param name="moves">Hears that the attempt moves again after it stood still for longer than <see cref="CircuitState.Hanging"/>, and since when it had.</param>
    public Attempt(TimeoutOptions limits, TimeSpan? left, ICallObserver observer, TimeProvider time, CancellationToken cancellationToken, Action<long>? moves = null)
    {
        _limits = limits;
        _time = time;
        _observer = observer;
        _moves = moves;
        _start = _moved = _phaseStart = time.GetTimestamp();
        _total = left is { } l && l < limits.Total ? l : limits.Total;
        _source = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _timer = time.CreateTimer(static attempt => ((Attempt)attempt!).Look(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        observer.Waiting(WaitReason.Sending, null);
        Look();
    }

    private enum Phase
    {
        Connecting,
        Sending,
        Waiting,
        Reading,
    }

    public CancellationToken Token => _source.Token;

    public ErrorCode? ExpiredLimit => Volatile.Read(ref _expired);

    public TimeSpan Elapsed => _time.GetElapsedTime(_start);

    /// <summary>When this attempt last moved, as a monotonic timestamp.</summary>
    public long MovedTimestamp => Volatile.Read(ref _moved);

    /// <summary>Body bytes given to the socket.</summary>
    public long Moved => Interlocked.Read(ref _sent);

    public void Connecting() => Enter(Phase.Connecting, WaitReason.Connect);

    public void Connected() => Enter(Phase.Sending, WaitReason.Sending);

    public void Progress(long bytes)
    {
        Move(_time.GetTimestamp());
        if (Volatile.Read(ref _phase) == (int)Phase.Sending)
        {
            Interlocked.Add(ref _sent, bytes);
            _observer.Sent(bytes);
        }
    }

    public void BodySent() => Enter(Phase.Waiting, WaitReason.Response);

    public void ResponseStarted() => Enter(Phase.Reading, WaitReason.Response);

    public void Dispose()
    {
        lock (_lock)
        {
            _over = true;
        }

        _timer.Dispose();
        _source.Dispose();
    }

    private void Enter(Phase phase, WaitReason reason)
    {
        var now = _time.GetTimestamp();
        Move(now);
        Volatile.Write(ref _phaseStart, now);
        Volatile.Write(ref _phase, (int)phase);
        Look();
        _observer.Waiting(reason, null);
    }

    private void Move(long now)
    {
        var before = Interlocked.Exchange(ref _moved, now);
        if (_moves is not null && _time.GetElapsedTime(before, now) > CircuitState.Hanging)
        {
            _moves(before);
        }
    }

    /// <summary>Ends the attempt where a limit is over, else looks again when the next one could be. The first limit that is over stays the reason.</summary>
    private void Look()
    {
        lock (_lock)
        {
            if (_over)
            {
                return;
            }

            var (limit, left) = NextLimit();
            if (left > TimeSpan.Zero)
            {
                // Whole milliseconds, upwards: a timer that fires early would only come back. A disposed one stays silent.
                _timer.Change(TimeSpan.FromMilliseconds(Math.Ceiling(left.TotalMilliseconds)), Timeout.InfiniteTimeSpan);
                return;
            }

            _over = true;
            Volatile.Write(ref _expired, limit);
        }

        try
        {
            _source.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The attempt ended at the same moment.
        }
    }

    private (ErrorCode Limit, TimeSpan Left) NextLimit()
    {
        var (limit, left) = ((Phase)Volatile.Read(ref _phase)) switch
        {
            Phase.Connecting => (ErrorCodes.TimeoutConnect, _limits.Connect - _time.GetElapsedTime(Volatile.Read(ref _phaseStart))),
            Phase.Waiting => (ErrorCodes.TimeoutResponse, _limits.Response - _time.GetElapsedTime(Volatile.Read(ref _phaseStart))),
            _ => (ErrorCodes.TimeoutRead, _limits.Read - _time.GetElapsedTime(MovedTimestamp)),
        };
        var total = _total - Elapsed;
        return total < left ? (ErrorCodes.TimeoutTotal, total) : (limit, left);
    }
}

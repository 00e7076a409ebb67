using Sluice.Checkpoints;

namespace Sluice.Pacing;

/// <summary>
/// The requests of one connection: at most N in any window, over all processes, through the store's ledger; smoothed to small
/// bursts; a few of each window kept for the calls that finish uploads. Grants are fetched a few at a time and settled with
/// their true ages (docs/adr/0002), so the count is exact. One pump serves the waiters, control calls first. While the store
/// cannot be asked nothing new is granted: what others take could not be known.
/// </summary>
internal sealed class RequestBudget
{
    /// <summary>What <see cref="TakeAsync"/> gives where there is no limit.</summary>
    public const long Unlimited = long.MinValue;

    /// <summary>A control call is due so soon that its reserve is not given to parts.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    /// <summary>How soon a store that did not answer, or a window in which only the reserve is left, is looked at again.</summary>
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(1);

    private readonly PacingOptions _options;
    private readonly SharedBudget _shared;
    private readonly TimeSpan _window;
    private readonly TimeProvider _time;
    private readonly HeldGrants _held;
    private readonly BurstLimit _burst;
    private readonly RequestLines _lines = new();
    private readonly Lock _lock = new();
    private long _controlDueUntil = long.MinValue;
    private bool _pumping;

    public RequestBudget(PacingOptions options, IConnectionStore store, string connectionId, string holder, TimeSpan window, NotBefore notBefore, TimeProvider time)
    {
        _options = options;
        _shared = new SharedBudget(options, store, connectionId, holder, window, notBefore, time);
        _window = window;
        _time = time;
        _held = new HeldGrants(time);
        _burst = new BurstLimit(Math.Max(1, options.Burst), time);
    }

    /// <summary>Requests in a window; null: no limit.</summary>
    public int? PerWindow => _shared.PerWindow;

    /// <summary>The pace when all of the budget is used; infinite without one.</summary>
    public double PerSecond => PerWindow is { } n ? n / _window.TotalSeconds : double.PositiveInfinity;

    /// <summary>How many wait for a request.</summary>
    public int Waiting
    {
        get
        {
            lock (_lock)
            {
                return _lines.Count;
            }
        }
    }

    /// <summary>A little faster than the window allows, so that smoothing itself never costs a request.</summary>
    private double RefillPerSecond => PerSecond * 1.05;

    /// <summary>A call that finishes an upload will come within ten seconds: its reserve is not given to parts.</summary>
    public void AnnounceControl()
    {
        lock (_lock)
        {
            _controlDueUntil = _time.GetTimestamp() + Ticks(Soon);
        }
    }

    /// <summary>Waits for one request; cancelled: nothing is spent. What it gives takes the request back (<see cref="GiveBack"/>).</summary>
    public async ValueTask<long> TakeAsync(RequestLine line, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (PerWindow is null)
        {
            return Unlimited;
        }

        LinkedListNode<TaskCompletionSource<long>> place;
        lock (_lock)
        {
            place = _lines.Add(line);
            ServeUnderLock();
        }

        var turn = place.Value.Task;
        if (!turn.IsCompleted)
        {
            Pump();
        }

        try
        {
            return await turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            bool served;
            lock (_lock)
            {
                served = !RequestLines.Remove(place);
            }

            if (served && turn.IsCompletedSuccessfully)
            {
                GiveBack(await turn.ConfigureAwait(false));
            }

            throw;
        }
    }

    /// <summary>A request that was taken did not go out: whoever is next may have it.</summary>
    public void GiveBack(long taken)
    {
        if (taken == Unlimited)
        {
            return;
        }

        lock (_lock)
        {
            if (_held.TakeBack(taken, _time.GetTimestamp()))
            {
                _burst.GiveBack(taken);
                ServeUnderLock();
            }
        }
    }

    /// <summary>Notion asked to wait for another reason than this connection's limit.</summary>
    public void Disturbed() => _shared.Disturbed();

    /// <summary>Notion refused for this connection's own limit: what the ended window took, over all processes, is the truth.</summary>
    public async ValueTask RefusedAsync(CancellationToken cancellationToken)
    {
        _shared.Disturbed();
        int held;
        lock (_lock)
        {
            held = _held.Count;
        }

        var answer = await AskAsync(0, 0, cancellationToken).ConfigureAwait(false);
        await _shared.RefusedAsync(answer?.UsedInWindow - held, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Serves whoever is first, as far as grants and smoothing go. Parts leave the reserve alone while a control call is due.</summary>
    private void ServeUnderLock()
    {
        var now = _time.GetTimestamp();
        _held.Look(now);
        while (_held.Count > 0
            && _lines.First(now >= _controlDueUntil || _held.LeftInWindow > _options.Reserve) is { } place
            && _burst.Ready(RefillPerSecond))
        {
            _held.Use(now);
            _burst.Take();
            _lines.Serve(place);
            place.Value.TrySetResult(now);
        }
    }

    private void Pump()
    {
        lock (_lock)
        {
            if (_pumping)
            {
                return;
            }

            _pumping = true;
        }

        _ = PumpAsync();
    }

    private async Task PumpAsync()
    {
        try
        {
            while (NextStep() is { } step)
            {
                await PauseAsync(step.Wait).ConfigureAwait(false);
                if (step.Fetch)
                {
                    await PauseAsync(await FetchAsync().ConfigureAwait(false)).ConfigureAwait(false);
                }
            }
        }
        catch (Exception e)
        {
            // A bug of the store: those who wait must hear of it, for nobody would serve them.
            Fail(e);
        }
    }

    /// <summary>Serves, then says what the pump has to do; null: nobody waits, and the pump is over.</summary>
    private (TimeSpan Wait, bool Fetch)? NextStep()
    {
        lock (_lock)
        {
            ServeUnderLock();
            if (_lines.Count == 0)
            {
                _pumping = false;
                return null;
            }

            if (_held.Count == 0)
            {
                return (TimeSpan.Zero, true);
            }

            // With grants in hand it is the smoothing that holds somebody up, or else the reserve.
            var smooth = _burst.Ready(RefillPerSecond) ? TimeSpan.Zero : _burst.Next(RefillPerSecond);
            return smooth > TimeSpan.Zero ? (smooth, false) : (LookAgain, true);
        }
    }

    /// <summary>Asks for more; how long to wait where there is none.</summary>
    private async Task<TimeSpan> FetchAsync()
    {
        int want, returned;
        var askedAt = _time.GetTimestamp();
        lock (_lock)
        {
            want = Math.Min(Math.Max(1, _options.Burst), _lines.Count + 2);
            returned = _held.GiveUp(askedAt);
        }

        if (await AskAsync(want, returned, CancellationToken.None).ConfigureAwait(false) is not { } answer)
        {
            return LookAgain;
        }

        lock (_lock)
        {
            _held.Add(answer, PerWindow ?? int.MaxValue, askedAt);
        }

        return answer.Granted > 0 ? TimeSpan.Zero : TimeSpan.FromTicks(Math.Clamp(answer.NextIn.Ticks, TimeSpan.TicksPerMillisecond, _window.Ticks));
    }

    /// <summary>Settles what was used on the way.</summary>
    private async Task<PaceAnswer?> AskAsync(int want, int returned, CancellationToken cancellationToken)
    {
        var askedAt = _time.GetTimestamp();
        IReadOnlyList<TimeSpan> ages;
        lock (_lock)
        {
            ages = _held.Settle(askedAt);
        }

        var answer = await _shared.AskAsync(want, ages, returned, cancellationToken).ConfigureAwait(false);
        if (answer is null)
        {
            lock (_lock)
            {
                _held.Unsettle(ages, askedAt);
            }
        }

        return answer;
    }

    private void Fail(Exception e)
    {
        TaskCompletionSource<long>[] waiting;
        lock (_lock)
        {
            waiting = _lines.Clear();
            _pumping = false;
        }

        foreach (var turn in waiting)
        {
            turn.TrySetException(e);
        }
    }

    private Task PauseAsync(TimeSpan wait) =>
        // Whole milliseconds, upwards: a timer that fires early would only come back.
        wait > TimeSpan.Zero ? Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds)), _time) : Task.CompletedTask;

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * _time.TimestampFrequency);
}

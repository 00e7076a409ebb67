using Sluice.Checkpoints;
using Sluice.Errors;

namespace Sluice.Pacing;

/// <summary>
/// The requests of one connection: at most N in any window, over all processes, through the store's ledger; smoothed to small
/// bursts; a few of each window kept for the calls that finish uploads. Grants are fetched a few at a time and settled with
/// their true ages (docs/adr/0002), so the count is exact. One pump serves the waiters, control calls first.
/// </summary>
internal sealed class RequestBudget
{
    /// <summary>How long a grant may be used.</summary>
    private static readonly TimeSpan GrantLife = TimeSpan.FromSeconds(10);

    /// <summary>A control call is due so soon that its reserve is not given to parts.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    /// <summary>While the store cannot be asked nothing is granted; it is asked again so often.</summary>
    private static readonly TimeSpan StoreRetry = TimeSpan.FromSeconds(1);

    private readonly PacingOptions _options;
    private readonly IConnectionStore _store;
    private readonly string _connectionId;
    private readonly string _holder;
    private readonly TimeSpan _window;
    private readonly TimeProvider _time;
    private readonly NotBefore _notBefore;
    private readonly RateLearner _learner = new();
    private readonly long _start;
    private readonly Lock _lock = new();
    private readonly LinkedList<TaskCompletionSource> _control = [];
    private readonly LinkedList<TaskCompletionSource> _parts = [];
    private readonly List<long> _used = [];
    private readonly Queue<long> _recent = new();
    private int _granted;
    private long _grantEnds;
    private double _tokens;
    private long _tokensAt;
    private long _controlDueUntil = long.MinValue;
    private long _waitedSince = long.MaxValue;
    private bool _pumping;
    private bool _asked;

    public RequestBudget(PacingOptions options, IConnectionStore store, string connectionId, string holder, TimeSpan window, NotBefore notBefore, TimeProvider time)
    {
        _options = options;
        _store = store;
        _connectionId = connectionId;
        _holder = holder;
        _window = window;
        _notBefore = notBefore;
        _time = time;
        _start = time.GetTimestamp();
        _tokens = options.Burst;
        _tokensAt = _start;
    }

    /// <summary>Requests in a window; null: no limit.</summary>
    public int? PerWindow => _options.RequestsPerMinute switch { < 0 => null, 0 => _learner.PerMinute, var set => set };

    /// <summary>The pace when all of the budget is used; infinite without one.</summary>
    public double PerSecond => PerWindow is { } n ? n / _window.TotalSeconds : double.PositiveInfinity;

    /// <summary>A call that finishes an upload will come within ten seconds: its reserve is not given to parts.</summary>
    public void AnnounceControl()
    {
        lock (_lock)
        {
            _controlDueUntil = _time.GetTimestamp() + Ticks(Soon);
        }
    }

    /// <summary>Waits for one request. Cancelled: nothing is spent.</summary>
    public async ValueTask TakeAsync(bool control, CancellationToken cancellationToken)
    {
        if (PerWindow is null)
        {
            return;
        }

        var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var line = control ? _control : _parts;
        LinkedListNode<TaskCompletionSource> place;
        lock (_lock)
        {
            place = line.AddLast(turn);
            if (GiveUnderLock())
            {
                return;
            }

            _waitedSince = Math.Min(_waitedSince, _time.GetTimestamp());
        }

        Pump();
        try
        {
            await turn.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            lock (_lock)
            {
                if (place.List is null)
                {
                    // It was granted at the same moment and will not be used: it stays in the count, on the safe side.
                    throw;
                }

                line.Remove(place);
            }

            throw;
        }
    }

    /// <summary>Notion refused for this connection's own limit: the number of the ended window is the truth.</summary>
    public async ValueTask RefusedAsync()
    {
        int rate;
        lock (_lock)
        {
            // The refused request itself is not what the window took.
            _learner.Refused(CountRecentUnderLock() - 1, _time.GetElapsedTime(_start));
            rate = _learner.PerMinute;
        }

        try
        {
            await _store.SaveRateAsync(_connectionId, rate, CancellationToken.None).ConfigureAwait(false);
        }
        catch (StoreUnavailableException)
        {
            // Remembering is a comfort for the next process.
        }
    }

    /// <summary>Serves whoever is first, as far as grants and smoothing go; true where the caller's own place was served.</summary>
    private bool GiveUnderLock()
    {
        RefillUnderLock();
        var now = _time.GetTimestamp();
        if (_granted > 0 && now >= _grantEnds)
        {
            _granted = 0;
        }

        var served = false;
        while (_granted > 0 && _tokens >= 1 && (_control.First ?? FirstPartUnderLock()) is { } place)
        {
            _granted--;
            _tokens--;
            _used.Add(now);
            _recent.Enqueue(now);
            place.List!.Remove(place);
            place.Value.TrySetResult();
            served = true;
        }

        if (_control.Count + _parts.Count == 0)
        {
            _waitedSince = long.MaxValue;
        }

        return served && _control.Count + _parts.Count == 0;
    }

    /// <summary>Parts leave the reserve alone while a control call is due.</summary>
    private LinkedListNode<TaskCompletionSource>? FirstPartUnderLock() =>
        _time.GetTimestamp() < _controlDueUntil && _granted + (PerWindow - CountRecentUnderLock()) <= _options.Reserve ? null : _parts.First;

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
        while (true)
        {
            int waiting;
            TimeSpan smooth;
            lock (_lock)
            {
                GiveUnderLock();
                waiting = _control.Count + _parts.Count;
                if (waiting == 0)
                {
                    _pumping = false;
                    return;
                }

                smooth = _granted > 0 && _tokens < 1 ? TimeSpan.FromSeconds((1 - _tokens) / RefillPerSecond) : TimeSpan.Zero;
            }

            var wait = smooth > TimeSpan.Zero ? smooth : await FetchAsync(waiting).ConfigureAwait(false);
            if (wait > TimeSpan.Zero)
            {
                // Whole milliseconds, upwards: a timer that fires early would only come back.
                await Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds)), _time).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Settles what was used and asks for more; how long to wait where there is none.</summary>
    private async Task<TimeSpan> FetchAsync(int waiting)
    {
        // The grant's life is counted from before the question, because the store may have begun to count then.
        var asked = _time.GetTimestamp();
        PaceRequest request;
        lock (_lock)
        {
            var now = _time.GetTimestamp();
            var ages = _used.ConvertAll(t => _time.GetElapsedTime(t, now));
            request = new PaceRequest(_connectionId, _holder, Math.Min(Math.Max(1, _options.Burst), waiting + 2), PerWindow ?? int.MaxValue, _window, GrantLife, ages, now < _grantEnds ? _granted : 0);
            _used.Clear();
            _granted = 0;
        }

        PaceAnswer answer;
        try
        {
            answer = await _store.LeasePaceAsync(request, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e) when (e is StoreUnavailableException or SluiceException)
        {
            lock (_lock)
            {
                // Not settled: the ages grow, they are told with the next request.
                var now = _time.GetTimestamp();
                _used.InsertRange(0, request.UsedAges.Select(a => now - Ticks(a)));
            }

            return StoreRetry;
        }

        if (answer.NotBeforeIn > TimeSpan.Zero)
        {
            _notBefore.Raise(answer.NotBeforeIn);
        }

        lock (_lock)
        {
            if (!_asked)
            {
                _asked = true;
                if (answer.SavedRate is { } saved && _options.RequestsPerMinute == 0)
                {
                    _learner.Remember(saved, _time.GetElapsedTime(_start));
                }
            }

            _granted = answer.Granted;
            _grantEnds = asked + Ticks(GrantLife);
            if (answer.Granted == 0 && _options.RequestsPerMinute == 0)
            {
                Learn();
            }
        }

        return answer.Granted > 0 ? TimeSpan.Zero : TimeSpan.FromTicks(Math.Clamp(answer.NextIn.Ticks, TimeSpan.TicksPerMillisecond, _window.Ticks));
    }

    /// <summary>The window is spent and somebody waits: the number may be too small. Judged once a window.</summary>
    private void Learn()
    {
        var now = _time.GetTimestamp();
        if (_time.GetElapsedTime(_learnedAt == 0 ? _start : _learnedAt, now) >= _window && _learner.WindowSpent(_time.GetElapsedTime(_start, now)))
        {
            _learnedAt = now;
        }
    }

    private long _learnedAt;

    /// <summary>A little faster than the window allows, so that smoothing itself never costs a request.</summary>
    private double RefillPerSecond => PerSecond * 1.05;

    private void RefillUnderLock()
    {
        var now = _time.GetTimestamp();
        _tokens = Math.Min(_options.Burst, _tokens + (_time.GetElapsedTime(_tokensAt, now).TotalSeconds * RefillPerSecond));
        _tokensAt = now;
    }

    private int CountRecentUnderLock()
    {
        var from = _time.GetTimestamp() - Ticks(_window);
        while (_recent.TryPeek(out var oldest) && oldest <= from)
        {
            _recent.Dequeue();
        }

        return _recent.Count;
    }

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * _time.TimestampFrequency);
}

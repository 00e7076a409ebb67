using Sluice.Resilience;

namespace Sluice.Pacing;

/// <summary>
/// The right to have a part in flight. Waiters are served by <see cref="PermitOrder"/>, then in the order they came; nobody
/// overtakes. The limit can change while permits are out: it is then reached by not giving out new ones.
/// </summary>
internal sealed class PermitPool
{
    private readonly Lock _lock = new();
    private readonly PriorityQueue<Waiter, (int, long, long)> _line = new();
    private int _limit;
    private int _inFlight;
    private long _arrivals;

    public PermitPool(int limit) => _limit = Math.Max(1, limit);

    public int Limit
    {
        get
        {
            lock (_lock)
            {
                return _limit;
            }
        }
    }

    public int InFlight
    {
        get
        {
            lock (_lock)
            {
                return _inFlight;
            }
        }
    }

    /// <summary>How many wait.</summary>
    public int Waiting
    {
        get
        {
            lock (_lock)
            {
                return _line.Count;
            }
        }
    }

    public void SetLimit(int limit)
    {
        List<Waiter>? served;
        lock (_lock)
        {
            _limit = Math.Max(1, limit);
            served = ServeUnderLock();
        }

        Tell(served);
    }

    /// <summary>Waits for a permit; <paramref name="waiting"/> is called once if there is a wait.</summary>
    public async ValueTask TakeAsync(PermitOrder order, Action waiting, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Waiter waiter;
        lock (_lock)
        {
            if (_inFlight < _limit && _line.Count == 0)
            {
                _inFlight++;
                return;
            }

            waiter = new Waiter();
            _line.Enqueue(waiter, (order.Finishing ? 0 : 1, order.DeadlineTimestamp, _arrivals++));
        }

        waiting();
        try
        {
            await waiter.Turn.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            bool served;
            lock (_lock)
            {
                served = !_line.Remove(waiter, out _, out _);
            }

            if (served)
            {
                Release();
            }

            throw;
        }
    }

    public void Release()
    {
        List<Waiter>? served;
        lock (_lock)
        {
            _inFlight--;
            served = ServeUnderLock();
        }

        Tell(served);
    }

    private List<Waiter>? ServeUnderLock()
    {
        List<Waiter>? served = null;
        while (_inFlight < _limit && _line.TryDequeue(out var next, out _))
        {
            _inFlight++;
            (served ??= []).Add(next);
        }

        return served;
    }

    private static void Tell(List<Waiter>? served)
    {
        foreach (var waiter in served ?? [])
        {
            waiter.Turn.TrySetResult();
        }
    }

    private sealed class Waiter
    {
        public TaskCompletionSource Turn { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

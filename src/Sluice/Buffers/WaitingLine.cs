namespace Sluice.Buffers;

/// <summary>
/// Those who wait for a whole amount of something. Keys are read when one is chosen, not when it came, because what an
/// upload holds changes while it waits; a line has at most one entry per open upload's request, so a walk is cheap beside
/// a part. Guarded by its owner's lock.
/// </summary>
internal sealed class WaitingLine<TGrant>
{
    private readonly List<LineWaiter<TGrant>> _waiters = [];
    private long _arrivals;

    public int CountUnderLock => _waiters.Count;

    /// <summary>What all who wait ask for.</summary>
    public long BytesUnderLock { get; private set; }

    public LineWaiter<TGrant> AddUnderLock(LinePlace place, long bytes)
    {
        var waiter = new LineWaiter<TGrant>(place, bytes, ++_arrivals);
        _waiters.Add(waiter);
        BytesUnderLock += bytes;
        return waiter;
    }

    /// <summary>False where it is not in the line any more: granted, cancelled or failed.</summary>
    public bool RemoveUnderLock(LineWaiter<TGrant> waiter)
    {
        if (!_waiters.Remove(waiter))
        {
            return false;
        }

        BytesUnderLock -= waiter.Bytes;
        return true;
    }

    /// <summary>Who is first among those who may be served at all; null where there is none.</summary>
    public LineWaiter<TGrant>? FirstUnderLock(Func<LineWaiter<TGrant>, bool> eligible)
    {
        LineWaiter<TGrant>? first = null;
        foreach (var waiter in _waiters)
        {
            if (eligible(waiter) && (first is null || waiter.KeyUnderLock < first.KeyUnderLock))
            {
                first = waiter;
            }
        }

        return first;
    }

    /// <summary>Empties the line and says who was in it.</summary>
    public List<LineWaiter<TGrant>> TakeAllUnderLock()
    {
        List<LineWaiter<TGrant>> all = [.. _waiters];
        _waiters.Clear();
        BytesUnderLock = 0;
        return all;
    }
}

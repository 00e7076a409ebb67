namespace Sluice.Spool;

/// <summary>
/// The quarter of the spool that keeps held uploads moving: each open upload has an equal quota, never under one window, and
/// all of them together never more than the quarter. Nobody waits here: a window that is not to be had now is asked for again
/// when the next one is due, and what was taken goes back when the upload gets its turn. The other three quarters are
/// <see cref="SpoolSpace"/>'s, so that neither can starve the other. SpoolTrickleTests.
/// </summary>
/// <param name="limit">The whole spool's bytes.</param>
internal sealed class SpoolTrickle(long limit)
{
    private readonly Lock _lock = new();
    private int _open;
    private long _taken;

    /// <summary>What all together may have.</summary>
    public long ShareBytes { get; } = SpoolShares.OfTrickles(limit);

    /// <summary>What is taken now.</summary>
    public long TakenBytes => Interlocked.Read(ref _taken);

    /// <summary>An upload whose body is open: from now on the quarter is shared with it.</summary>
    public Quota Open()
    {
        lock (_lock)
        {
            _open++;
        }

        return new Quota(this);
    }

    /// <summary>One open upload's part of the quarter.</summary>
    internal sealed class Quota(SpoolTrickle trickle) : IDisposable
    {
        private long _bytes;
        private bool _closed;

        /// <summary>What it has taken.</summary>
        public long Bytes => Volatile.Read(ref _bytes);

        /// <summary>Takes so many bytes more where quota and quarter allow it now.</summary>
        public bool TryTake(int bytes)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(bytes, 1);
            lock (trickle._lock)
            {
                if (_closed || _bytes + bytes > SpoolShares.Quota(trickle.Limit, trickle._open) || trickle._taken + bytes > trickle.ShareBytes)
                {
                    return false;
                }

                Volatile.Write(ref _bytes, _bytes + bytes);
                Volatile.Write(ref trickle._taken, trickle._taken + bytes);
                return true;
            }
        }

        /// <summary>It got its turn: what was trickled lies elsewhere now.</summary>
        public void GiveBack()
        {
            lock (trickle._lock)
            {
                GiveBackUnderLock();
            }
        }

        /// <summary>The body is not open any more.</summary>
        public void Dispose()
        {
            lock (trickle._lock)
            {
                if (!_closed)
                {
                    _closed = true;
                    trickle._open--;
                    GiveBackUnderLock();
                }
            }
        }

        private void GiveBackUnderLock()
        {
            Volatile.Write(ref trickle._taken, trickle._taken - _bytes);
            Volatile.Write(ref _bytes, 0);
        }
    }

    private long Limit => limit;
}

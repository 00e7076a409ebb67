namespace Sluice.Buffers;

/// <summary>
/// What a <see cref="PartBuffer"/> owns: a ticket, the pages claimed under it, and how many are reading them. When the owner
/// lets go, or the last reader after that, pages and ticket go home, once.
/// </summary>
internal sealed class PartPages(PagePool pool, Ticket ticket, long capacity)
{
    private readonly Lock _lock = new();
    private readonly Page[] _pages = new Page[(int)(pool.RoundUp(capacity) / pool.PageSize)];
    private int _claimed;
    private int _readers;
    private long _length;
    private bool _frozen;
    private bool _over;

    public long Capacity => capacity;

    public int PageSize => pool.PageSize;

    public long Length => Volatile.Read(ref _length);

    /// <summary>True where the bytes do not change any more.</summary>
    public bool IsSettled => Volatile.Read(ref _frozen) || Length == capacity;

    public bool IsFrozen => Volatile.Read(ref _frozen);

    /// <summary>The rest of the page that is being filled; the next one where it is full; empty at the capacity.</summary>
    public Memory<byte> Free()
    {
        if (_frozen)
        {
            throw new InvalidOperationException("The buffer is frozen.");
        }

        var (index, within) = At(_length);
        if (_length == capacity)
        {
            return Memory<byte>.Empty;
        }

        if (index == _claimed)
        {
            _pages[_claimed] = pool.Rent(ticket.Place.UploadId);
            _claimed++;
        }

        return _pages[index].Memory.Slice(within, (int)Math.Min(PageSize - within, capacity - _length));
    }

    public void Advance(int count) => Volatile.Write(ref _length, _length + count);

    public void Freeze() => Volatile.Write(ref _frozen, true);

    public void Thaw()
    {
        lock (_lock)
        {
            if (_readers > 0)
            {
                throw new InvalidOperationException("The buffer is being read.");
            }

            Volatile.Write(ref _frozen, false);
        }
    }

    /// <summary>The bytes from an offset to the end of its page, or to the end of what is filled.</summary>
    public ReadOnlyMemory<byte> Piece(long offset)
    {
        var (index, within) = At(offset);
        return _pages[index].Memory.Slice(within, (int)Math.Min(PageSize - within, Length - offset));
    }

    public void BeginRead()
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_over, typeof(PartBuffer));
            _readers++;
        }
    }

    public void EndRead()
    {
        lock (_lock)
        {
            _readers--;
            if (!_over || _readers > 0)
            {
                return;
            }
        }

        GoHome();
    }

    /// <summary>The owner lets go. Called once.</summary>
    public void LetGo()
    {
        lock (_lock)
        {
            _over = true;
            if (_readers > 0)
            {
                return;
            }
        }

        GoHome();
    }

    private (int Index, int Within) At(long offset) => ((int)(offset / PageSize), (int)(offset % PageSize));

    private void GoHome()
    {
        // Pages first: whoever gets the ticket's bytes next must find them in the cache.
        pool.Return(_pages.AsSpan(0, _claimed));
        Array.Clear(_pages);
        _claimed = 0;
        ticket.Dispose();
    }
}

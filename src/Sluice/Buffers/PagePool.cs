namespace Sluice.Buffers;

/// <summary>
/// Pages of one size outside of the collector's heap, made when needed, kept for the next part, and given back to the system
/// by <see cref="Sweep"/> when they were not needed for a while. There are never more than the pool was made for.
/// Every page that is out carries its owner's name, in every build: it costs one reference.
/// </summary>
internal sealed class PagePool : IDisposable
{
    /// <summary>
    /// Part sizes are multiples of 64 KiB, so nothing is wasted: six parts of a 5 GiB file (82 pages each) fit 31 MiB to
    /// the page, and would not with 256 KiB. Larger pages were not faster (docs/adr, pages of 64 KiB).
    /// </summary>
    public const int DefaultPageSize = 64 << 10;

    private readonly Lock _lock = new();
    private readonly IPageMemory _memory;
    private readonly List<Page> _cached = [];
    private readonly Stack<Page> _bare = new();
    private readonly List<Page> _all = [];
    private int _max;
    private int _committed;
    private int _lowWater;
    private bool _disposed;

    /// <summary>Makes a pool.</summary>
    /// <param name="maxBytes">The most memory it takes; rounded down to pages.</param>
    /// <param name="pageSize">Bytes a page.</param>
    /// <param name="memory">Where pages lie; null: the best the system has.</param>
    public PagePool(long maxBytes, int pageSize = DefaultPageSize, IPageMemory? memory = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(pageSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBytes, pageSize);
        PageSize = pageSize;
        _max = (int)Math.Min(maxBytes / pageSize, int.MaxValue);
        _memory = memory ?? MappedPageMemory.TryReserve(MaxBytes, pageSize) ?? (IPageMemory)new HeapPageMemory(pageSize);
    }

    /// <summary>Bytes a page.</summary>
    public int PageSize { get; }

    /// <summary>The most memory it takes.</summary>
    public long MaxBytes => (long)Volatile.Read(ref _max) * PageSize;

    /// <summary>Memory it has from the system: pages out and pages cached.</summary>
    public long AllocatedBytes => (long)Volatile.Read(ref _committed) * PageSize;

    /// <summary>Memory of pages that wait for the next part.</summary>
    public long CachedBytes
    {
        get
        {
            lock (_lock)
            {
                return (long)_cached.Count * PageSize;
            }
        }
    }

    /// <summary>Rounds a length up to whole pages.</summary>
    public long RoundUp(long bytes) => (((bytes - 1) / PageSize) + 1) * PageSize;

    /// <summary>Gives out a page; what it holds is not defined. The caller holds a ticket for it.</summary>
    /// <param name="owner">Who has it, for <see cref="Outstanding"/>.</param>
    public Page Rent(string owner)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            var page = TakeUnderLock();
            page.GoOut(owner);
            return page;
        }
    }

    /// <summary>Takes pages back. A page that is not out is a bug of the caller.</summary>
    public void Return(ReadOnlySpan<Page> pages)
    {
        lock (_lock)
        {
            foreach (var page in pages)
            {
                if (page.Owner is null || page.Index >= _all.Count || !ReferenceEquals(_all[page.Index], page))
                {
                    throw new InvalidOperationException($"Page {page.Index} was returned twice, or to another pool.");
                }

                page.ComeHome();
                if (_disposed || _committed > _max)
                {
                    ReleaseUnderLock(page);
                }
                else
                {
                    _cached.Add(page);
                }
            }

            CloseIfOverUnderLock();
        }
    }

    /// <summary>
    /// Gives back what was not needed since the last sweep: as many pages as lay in the cache all that time. Call it on a timer.
    /// </summary>
    /// <returns>Bytes given back.</returns>
    public long Sweep()
    {
        lock (_lock)
        {
            var given = ReleaseOldestUnderLock(_lowWater);
            _lowWater = _cached.Count;
            return given;
        }
    }

    /// <summary>Gives back all cached pages beyond so many bytes, for when memory is short.</summary>
    /// <param name="keepBytes">What may stay.</param>
    /// <returns>Bytes given back.</returns>
    public long Trim(long keepBytes = 0)
    {
        lock (_lock)
        {
            return ReleaseOldestUnderLock(Math.Max(0, _cached.Count - (int)Math.Min(keepBytes / PageSize, int.MaxValue)));
        }
    }

    /// <summary>Lowers what it takes; pages that are out come home first.</summary>
    public void Lower(long maxBytes)
    {
        lock (_lock)
        {
            _max = Math.Min(_max, (int)Math.Min(maxBytes / PageSize, int.MaxValue));
            _ = ReleaseOldestUnderLock(Math.Min(_cached.Count, Math.Max(0, _committed - _max)));
        }
    }

    /// <summary>Every page that is out, and who has it. Empty when all are home.</summary>
    public IReadOnlyList<(int Page, string Owner)> Outstanding()
    {
        lock (_lock)
        {
            return [.. _all.Where(static page => page.Owner is not null).Select(static page => (page.Index, page.Owner!))];
        }
    }

    /// <summary>Gives everything back. Memory of pages that are out stays until they are home, because someone may be reading them.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            _ = ReleaseOldestUnderLock(_cached.Count);
            CloseIfOverUnderLock();
        }
    }

    private Page TakeUnderLock()
    {
        // The page that came home last is the warmest.
        if (_cached.Count > 0)
        {
            var cached = _cached[^1];
            _cached.RemoveAt(_cached.Count - 1);
            _lowWater = Math.Min(_lowWater, _cached.Count);
            return cached;
        }

        if (_committed >= _max)
        {
            throw new InvalidOperationException($"All {_max} pages are out: someone takes pages without a ticket.");
        }

        if (!_bare.TryPop(out var page))
        {
            page = new Page(_memory, _all.Count, PageSize);
            _all.Add(page);
        }

        page.Commit();
        _committed++;
        return page;
    }

    private long ReleaseOldestUnderLock(int count)
    {
        for (var i = 0; i < count; i++)
        {
            ReleaseUnderLock(_cached[i]);
        }

        _cached.RemoveRange(0, count);
        _lowWater = Math.Min(_lowWater, _cached.Count);
        return (long)count * PageSize;
    }

    private void ReleaseUnderLock(Page page)
    {
        page.Release();
        _committed--;
        _bare.Push(page);
    }

    private void CloseIfOverUnderLock()
    {
        if (_disposed && _committed == 0)
        {
            _memory.Dispose();
        }
    }
}

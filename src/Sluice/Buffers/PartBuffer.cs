using Sluice.Notion;

namespace Sluice.Buffers;

/// <summary>One part in memory.</summary>
internal sealed class PartBuffer(long length, Action<long> release) : IPartBody, IDisposable
{
    private const int PageSize = 64 << 10;
    private readonly List<byte[]> _pages = [];
    private long _filled;
    private int _over;

    public long Length => length;

    public void Append(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            var at = (int)(_filled % PageSize);
            if (at == 0)
            {
                _pages.Add(GC.AllocateUninitializedArray<byte>(PageSize));
            }

            var take = Math.Min(PageSize - at, bytes.Length);
            bytes[..take].CopyTo(_pages[^1].AsSpan(at));
            bytes = bytes[take..];
            _filled += take;
        }
    }

    public async ValueTask WriteToAsync(Stream destination, CancellationToken cancellationToken)
    {
        for (var done = 0L; done < _filled; done += PageSize)
        {
            await destination.WriteAsync(_pages[(int)(done / PageSize)].AsMemory(0, (int)Math.Min(PageSize, _filled - done)), cancellationToken).ConfigureAwait(false);
        }
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _over, 1) == 0)
        {
            release(length);
        }
    }
}

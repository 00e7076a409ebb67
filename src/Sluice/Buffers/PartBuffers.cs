namespace Sluice.Buffers;

/// <summary>The memory for parts of one engine.</summary>
internal sealed class PartBuffers(MemoryOptions options) : IDisposable
{
    private readonly SemaphoreSlim _mib = new(options.BufferMb, options.BufferMb);
    private readonly SemaphoreSlim _one = new(1, 1);

    public async ValueTask<PartBuffer> RentAsync(long length, CancellationToken cancellationToken)
    {
        var count = (int)Math.Max(1, (length + (1 << 20) - 1) >> 20);
        await _one.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            for (var i = 0; i < count; i++)
            {
                await _mib.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            _one.Release();
        }

        return new PartBuffer(length, _ => _mib.Release(count));
    }

    public void Dispose()
    {
        _mib.Dispose();
        _one.Dispose();
    }
}

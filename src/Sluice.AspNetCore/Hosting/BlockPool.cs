using System.Buffers;
using System.Collections.Concurrent;

namespace Sluice.AspNetCore.Hosting;

/// <summary>
/// Blocks that the server receives into. Kestrel receives at most one block a system call: with its own 4 KiB a fast upload costs
/// nearly three times the CPU of 64 KiB blocks. Idle blocks are kept up to a bound, the rest is left to the collector.
/// </summary>
internal sealed class BlockPool(int blockBytes) : MemoryPool<byte>
{
    /// <summary>What may lie idle.</summary>
    private const int MaxIdleBytes = 2 << 20;

    private readonly ConcurrentQueue<byte[]> _idle = new();
    private int _rented;
    private int _idleCount;

    public override int MaxBufferSize => blockBytes;

    /// <summary>Bytes in blocks that are in use: outside the engine's budget, and so counted.</summary>
    public long RentedBytes => (long)Volatile.Read(ref _rented) * blockBytes;

    /// <summary>Bytes in blocks that lie idle.</summary>
    public long IdleBytes => (long)Volatile.Read(ref _idleCount) * blockBytes;

    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minBufferSize, blockBytes);
        Interlocked.Increment(ref _rented);
        if (!_idle.TryDequeue(out var block))
        {
            return new Block(this, GC.AllocateUninitializedArray<byte>(blockBytes, pinned: true));
        }

        Interlocked.Decrement(ref _idleCount);
        return new Block(this, block);
    }

    protected override void Dispose(bool disposing)
    {
        while (_idle.TryDequeue(out _))
        {
            Interlocked.Decrement(ref _idleCount);
        }
    }

    private void Return(byte[] block)
    {
        Interlocked.Decrement(ref _rented);
        if (Interlocked.Increment(ref _idleCount) * (long)blockBytes <= MaxIdleBytes)
        {
            _idle.Enqueue(block);
        }
        else
        {
            Interlocked.Decrement(ref _idleCount);
        }
    }

    private sealed class Block(BlockPool pool, byte[] bytes) : IMemoryOwner<byte>
    {
        private byte[]? _bytes = bytes;

        public Memory<byte> Memory => _bytes ?? throw new ObjectDisposedException(nameof(Block));

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _bytes, null) is { } mine)
            {
                pool.Return(mine);
            }
        }
    }
}

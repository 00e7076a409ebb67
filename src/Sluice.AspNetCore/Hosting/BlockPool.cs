using System.Buffers;
using System.Collections.Concurrent;

namespace Sluice.AspNetCore.Hosting;

/// <summary>
/// Blocks that the server receives into and writes its answers into. Kestrel receives at most one block a system call: with its own
/// 4 KiB a fast upload costs nearly three times the CPU of 64 KiB blocks. But a client that is held back keeps the block it last
/// received into, and a thousand of them would keep 64 MiB: large blocks go out up to a bound, small ones beyond it. Blocks are
/// arrays, because an answer of several blocks is sent from arrays only. The few large ones are pinned; small ones that a crowd left
/// behind must not hold on to memory, which pinned ones do (bench/run.sh slow-1000).
/// </summary>
internal sealed class BlockPool : MemoryPool<byte>
{
    /// <summary>Kestrel asks for this much and uses all it gets.</summary>
    public const int SmallBlock = 4 << 10;

    /// <summary>Large blocks: one for each of 25 clients at full speed, and some more. They are kept: the collector would leave holes where pinned ones were.</summary>
    public const int MaxLargeBytes = 2 << 20;

    /// <summary>Small blocks that may lie idle; the collector takes the rest.</summary>
    private const int MaxIdleSmallBytes = 1 << 20;

    private readonly Tier _large;
    private readonly Tier _small = new(SmallBlock, long.MaxValue, MaxIdleSmallBytes, pinned: false);

    /// <summary>Makes a pool.</summary>
    /// <param name="blockBytes">Bytes of a large block.</param>
    public BlockPool(int blockBytes) => _large = new Tier(blockBytes, MaxLargeBytes, MaxLargeBytes, pinned: true);

    public override int MaxBufferSize => _large.BlockBytes;

    /// <summary>Bytes in blocks that are in use: outside the engine's budget, and so counted.</summary>
    public long RentedBytes => _large.RentedBytes + _small.RentedBytes;

    /// <summary>Bytes in blocks that lie idle.</summary>
    public long IdleBytes => _large.IdleBytes + _small.IdleBytes;

    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minBufferSize, MaxBufferSize);

        // Whoever needs more than a small block while all large ones are out gets an array of its own.
        return _large.TryRent() ?? (minBufferSize <= SmallBlock ? _small.TryRent() : null) ?? new Block(null, new byte[minBufferSize]);
    }

    protected override void Dispose(bool disposing)
    {
        // The collector has them.
    }

    /// <summary>Blocks of one size, so many at most.</summary>
    private sealed class Tier(int blockBytes, long maxBytes, long maxIdleBytes, bool pinned)
    {
        private readonly ConcurrentQueue<byte[]> _idle = new();
        private long _rented;

        public int BlockBytes => blockBytes;

        public long RentedBytes => Volatile.Read(ref _rented);

        public long IdleBytes => (long)_idle.Count * blockBytes;

        public Block? TryRent()
        {
            if (Interlocked.Add(ref _rented, blockBytes) <= maxBytes)
            {
                return new Block(this, _idle.TryDequeue(out var block) ? block : GC.AllocateUninitializedArray<byte>(blockBytes, pinned));
            }

            Interlocked.Add(ref _rented, -blockBytes);
            return null;
        }

        public void Return(byte[] block)
        {
            if (IdleBytes < maxIdleBytes)
            {
                _idle.Enqueue(block);
            }

            // Counted when it is home: never more are out than the count says.
            Interlocked.Add(ref _rented, -blockBytes);
        }
    }

    private sealed class Block(Tier? tier, byte[] bytes) : IMemoryOwner<byte>
    {
        private byte[]? _bytes = bytes;

        public Memory<byte> Memory => _bytes ?? throw new ObjectDisposedException(nameof(Block));

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _bytes, null) is { } mine)
            {
                tier?.Return(mine);
            }
        }
    }
}

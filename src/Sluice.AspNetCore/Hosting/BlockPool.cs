using System.Buffers;
using Sluice.Buffers;

namespace Sluice.AspNetCore.Hosting;

/// <summary>
/// Blocks that the server receives into. Kestrel receives at most one block a system call: with its own 4 KiB a fast upload costs
/// nearly three times the CPU of 64 KiB blocks. But a client that is held back keeps the block it last received into, and a thousand
/// of them would keep 64 MiB: large blocks go out up to a bound, small ones beyond it. All of them lie outside of the collector's
/// heap, where pinned arrays that were dropped would stay until a full collection.
/// </summary>
internal sealed class BlockPool : MemoryPool<byte>
{
    /// <summary>Kestrel asks for this much and uses all it gets.</summary>
    public const int SmallBlock = 4 << 10;

    /// <summary>Large blocks at once: two for each of 32 clients at full speed, of which few are held back.</summary>
    public const int MaxLargeBytes = 4 << 20;

    /// <summary>What may lie idle, of each size.</summary>
    private const int MaxIdleBytes = 1 << 20;

    /// <summary>Addresses that are reserved for small blocks, not memory. Who needs more than that gets arrays.</summary>
    private const int MaxSmallBytes = 256 << 20;

    private readonly Tier _large;
    private readonly Tier _small = new(SmallBlock, MaxSmallBytes);

    /// <summary>Makes a pool.</summary>
    /// <param name="blockBytes">Bytes of a large block.</param>
    public BlockPool(int blockBytes) => _large = new Tier(blockBytes, MaxLargeBytes);

    public override int MaxBufferSize => _large.BlockBytes;

    /// <summary>Bytes in blocks that are in use: outside the engine's budget, and so counted.</summary>
    public long RentedBytes => _large.RentedBytes + _small.RentedBytes;

    /// <summary>Bytes in blocks that lie idle.</summary>
    public long IdleBytes => _large.IdleBytes + _small.IdleBytes;

    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minBufferSize, MaxBufferSize);
        var block = _large.TryRent() ?? (minBufferSize <= SmallBlock ? _small.TryRent() : null);
        return block is null ? new ArrayBlock(Math.Max(minBufferSize, SmallBlock)) : block;
    }

    protected override void Dispose(bool disposing)
    {
        _large.Dispose();
        _small.Dispose();
    }

    /// <summary>Blocks of one size, so many at most.</summary>
    private sealed class Tier(int blockBytes, int maxBytes) : IDisposable
    {
        private readonly PagePool _pages = new(maxBytes, blockBytes);
        private readonly int _max = maxBytes / blockBytes;
        private int _rented;

        public int BlockBytes => blockBytes;

        public long RentedBytes => (long)Volatile.Read(ref _rented) * blockBytes;

        public long IdleBytes => _pages.CachedBytes;

        public Block? TryRent()
        {
            if (Interlocked.Increment(ref _rented) <= _max)
            {
                return new Block(this, _pages.Rent(nameof(BlockPool)));
            }

            Interlocked.Decrement(ref _rented);
            return null;
        }

        public void Return(Page page)
        {
            // Home first and counted then: never more are out than the count says.
            _pages.Return([page]);
            _pages.Trim(MaxIdleBytes);
            Interlocked.Decrement(ref _rented);
        }

        public void Dispose() => _pages.Dispose();
    }

    private sealed class Block(Tier tier, Page page) : IMemoryOwner<byte>
    {
        private Page? _page = page;

        public Memory<byte> Memory => (_page ?? throw new ObjectDisposedException(nameof(Block))).Memory;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _page, null) is { } mine)
            {
                tier.Return(mine);
            }
        }
    }

    private sealed class ArrayBlock(int bytes) : IMemoryOwner<byte>
    {
        public Memory<byte> Memory { get; } = new byte[bytes];

        public void Dispose()
        {
            // The collector has it.
        }
    }
}

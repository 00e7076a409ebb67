using System.Buffers;
using Microsoft.AspNetCore.Connections;

namespace Sluice.AspNetCore.Hosting;

/// <summary>Gives the server one pool of blocks for all its connections.</summary>
internal sealed class BlockPoolFactory(int blockBytes) : IMemoryPoolFactory<byte>, IDisposable
{
    public BlockPool Pool { get; } = new(blockBytes);

    public MemoryPool<byte> Create(MemoryPoolOptions? options = null) => new Shared(Pool);

    public void Dispose() => Pool.Dispose();

    /// <summary>The server disposes of what it got; the pool stays.</summary>
    private sealed class Shared(BlockPool pool) : MemoryPool<byte>
    {
        public override int MaxBufferSize => pool.MaxBufferSize;

        public override IMemoryOwner<byte> Rent(int minBufferSize = -1) => pool.Rent(minBufferSize);

        protected override void Dispose(bool disposing)
        {
        }
    }
}

using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Sluice.AspNetCore.Hosting;
using Xunit;

namespace Sluice.Tests.Api;

public sealed class BlockPoolTests
{
    private const int Large = 64 << 10;

    [Fact]
    public void Blocks_are_counted_used_again_and_kept_up_to_a_bound()
    {
        using var pool = new BlockPool(Large);
        var blocks = Enumerable.Range(0, 30).Select(_ => pool.Rent()).ToList();
        Assert.Equal(30L * Large, pool.RentedBytes);
        var first = blocks[0].Memory;
        blocks[0].Dispose();
        blocks[0].Dispose();
        Assert.Equal((29L * Large, (long)Large), (pool.RentedBytes, pool.IdleBytes));
        using (var again = pool.Rent(4096))
        {
            Assert.True(first.Equals(again.Memory));
        }

        blocks.ForEach(block => block.Dispose());
        Assert.Equal((0, 30L * Large), (pool.RentedBytes, pool.IdleBytes));
        Assert.Throws<ObjectDisposedException>(() => blocks[1].Memory);
        Assert.Throws<ArgumentOutOfRangeException>(() => pool.Rent(Large + 1));
    }

    [Fact]
    public void A_thousand_clients_that_are_held_back_do_not_hold_large_blocks()
    {
        using var pool = new BlockPool(Large);
        var blocks = Enumerable.Range(0, 1000).Select(_ => pool.Rent(4096)).ToList();
        Assert.Equal(BlockPool.MaxLargeBytes / Large, blocks.Count(block => block.Memory.Length == Large));
        Assert.Equal(BlockPool.MaxLargeBytes + ((1000 - (BlockPool.MaxLargeBytes / Large)) * 4096L), pool.RentedBytes);

        // What needs a large one gets it all the same.
        using var needed = pool.Rent(Large);
        Assert.Equal(Large, needed.Memory.Length);
        blocks.ForEach(block => block.Dispose());
        Assert.Equal((0, BlockPool.MaxLargeBytes + (1L << 20)), (pool.RentedBytes, pool.IdleBytes));
        using var large = pool.Rent(4096);
        Assert.Equal(Large, large.Memory.Length);
    }

    [Fact]
    public void Blocks_that_come_and_go_are_the_same_ones()
    {
        using var pool = new BlockPool(Large);
        Use();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Use();
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Large);

        void Use()
        {
            var blocks = Enumerable.Range(0, 16).Select(_ => pool.Rent()).ToList();
            blocks.ForEach(block => block.Memory.Span.Fill(1));
            blocks.ForEach(block => block.Dispose());
        }
    }

    [Fact]
    public void Every_block_is_an_array_because_the_server_sends_several_from_arrays_only()
    {
        using var pool = new BlockPool(Large);
        var blocks = Enumerable.Range(0, 100).Select(_ => pool.Rent(4096)).Append(pool.Rent(Large)).ToList();
        Assert.All(blocks, static block => Assert.True(MemoryMarshal.TryGetArray<byte>(block.Memory, out _)));
    }

    [Fact]
    public void The_transport_reads_ahead_one_small_block()
    {
        var transport = new SocketTransportOptions();
        KestrelSettings.Apply(transport, new FrontOptions(), behindRouter: true, memoryLimit: null);
        Assert.Equal((2L << 10, 64L << 10), (transport.MaxReadBufferSize, transport.MaxWriteBufferSize));
    }

    [Theory]
    [InlineData(0, true, 64 << 10)]
    [InlineData(0, false, 256 << 10)]
    [InlineData(100_000, true, 100_000)]
    public void The_receive_window_is_small_behind_a_router(int setting, bool router, int bytes) =>
        Assert.Equal(bytes, KestrelSettings.ReceiveBuffer(new FrontOptions { ReceiveBuffer = setting }, router, null));

    [Theory]
    [InlineData(512L << 20, 2200, 64 << 10)]
    [InlineData(512L << 20, 500, 256 << 10)]
    [InlineData(512L << 20, 1000, 128 << 10)]
    [InlineData(8L << 30, 2200, 256 << 10)]
    [InlineData(64L << 20, 2200, 64 << 10)]
    public void All_windows_together_leave_three_quarters_of_the_memory(long memory, int connections, int bytes) =>
        Assert.Equal(bytes, KestrelSettings.ReceiveBuffer(new FrontOptions { MaxConnections = connections }, behindRouter: false, memory));
}

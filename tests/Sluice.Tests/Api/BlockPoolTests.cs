using Sluice.AspNetCore.Hosting;
using Xunit;

namespace Sluice.Tests.Api;

public sealed class BlockPoolTests
{
    [Fact]
    public void Blocks_are_counted_used_again_and_kept_up_to_a_bound()
    {
        using var pool = new BlockPool(64 << 10);
        var blocks = Enumerable.Range(0, 40).Select(_ => pool.Rent()).ToList();
        Assert.Equal(40L * (64 << 10), pool.RentedBytes);
        var first = blocks[0].Memory;
        blocks[0].Dispose();
        blocks[0].Dispose();
        Assert.Equal((39L * (64 << 10), 64L << 10), (pool.RentedBytes, pool.IdleBytes));
        using (var again = pool.Rent(4096))
        {
            Assert.True(first.Equals(again.Memory));
        }

        blocks.ForEach(block => block.Dispose());
        Assert.Equal((0, 2L << 20), (pool.RentedBytes, pool.IdleBytes));
        Assert.Throws<ObjectDisposedException>(() => blocks[1].Memory);
        Assert.Throws<ArgumentOutOfRangeException>(() => pool.Rent((64 << 10) + 1));
    }

    [Theory]
    [InlineData(0, true, 64 << 10)]
    [InlineData(0, false, 256 << 10)]
    [InlineData(100_000, true, 100_000)]
    public void The_receive_window_is_small_behind_a_router(int setting, bool router, int bytes) =>
        Assert.Equal(bytes, KestrelSettings.ReceiveBuffer(new FrontOptions { ReceiveBuffer = setting }, router));
}

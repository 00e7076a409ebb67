using Microsoft.Extensions.Time.Testing;
using Sluice.Buffers;
using Xunit;

namespace Sluice.Tests.Buffers;

public sealed class PartBuffersTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Six_parts_of_a_5_GiB_file_fit_the_small_profiles_budget()
    {
        using var buffers = new PartBuffers(new MemoryOptions(), TimeProvider.System);
        var held = new List<PartBuffer>();
        for (var i = 0; i < 6; i++)
        {
            var rented = buffers.RentAsync(buffers.Budget.Open($"u{i}"), 5_373_952, Stop);
            Assert.True(rented.IsCompleted);
            held.Add(await rented);
        }

        var seventh = buffers.RentAsync(5_373_952, Stop).AsTask();
        Assert.False(seventh.IsCompleted);
        held[3].Dispose();
        using var got = await seventh;
        held.ForEach(static buffer => buffer.Dispose());
        Assert.Equal(5_373_952, buffers.Budget.TicketBytes);
    }

    [Fact]
    public async Task Idle_pages_go_back_to_the_system_within_two_sweeps()
    {
        var time = new FakeTimeProvider();
        var options = new MemoryOptions { SweepInterval = TimeSpan.FromSeconds(30) };
        using var buffers = new PartBuffers(options, time);
        using (var buffer = await buffers.RentAsync(1 << 20, Stop))
        {
            buffer.Append(new byte[1 << 20]);
        }

        time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(1 << 20, buffers.Pool.AllocatedBytes);
        time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(0, buffers.Pool.AllocatedBytes);
    }

    [Fact]
    public void No_memory_is_taken_before_it_is_needed()
    {
        using var buffers = new PartBuffers(new MemoryOptions { BufferMb = 4096 }, TimeProvider.System);
        Assert.Equal(0, buffers.Pool.AllocatedBytes);
    }

    [Fact]
    public async Task One_upload_holds_no_more_buffers_than_it_may()
    {
        using var buffers = new PartBuffers(new MemoryOptions { PartBuffersPerUpload = 2 }, TimeProvider.System);
        var holder = buffers.Budget.Open("a");
        using var one = await buffers.RentAsync(holder, 1 << 20, Stop);
        var two = await buffers.RentAsync(holder, 1 << 20, Stop);
        var three = buffers.RentAsync(holder, 1 << 20, Stop).AsTask();
        Assert.False(three.IsCompleted);
        two.Dispose();
        using var got = await three;
    }
}

using Sluice.Pressure;
using Xunit;

namespace Sluice.Tests.Pressure;

public sealed class PressureReaderTests
{
    private const string Status = "Name:\tsluice\nVmPeak:\t  900000 kB\nVmHWM:\t   70000 kB\nVmRSS:\t   51200 kB\nRssAnon:\t 1 kB\nThreads:\t9\n";

    [Fact]
    public void Version_2_counts_anon_shared_kernel_and_sockets_and_never_the_usage_counter()
    {
        using var root = new FakeRoot().Unified("/a/b")
            .Write("proc/self/status", Status)
            .Write("sys/fs/cgroup/a/memory.max", "536870912\n")
            .Write("sys/fs/cgroup/a/memory.current", "500000000\n")
            .Write("sys/fs/cgroup/a/memory.stat", "anon 1000\nfile 400000000\nkernel 200\nkernel_stack 77\nsock 30\nshmem 4\nfile_mapped 9\nslab 55\n")
            .Write("sys/fs/cgroup/a/b/memory.stat", "anon 1\n")
            .Write("sys/fs/cgroup/a/b/cpu.max", "20000 100000\n")
            .Write("sys/fs/cgroup/a/b/cpu.stat", "usage_usec 5\nnr_periods 2\nnr_throttled 1\nthrottled_usec 1500000\n");
        using var reader = new PressureReader(root.Path, static () => TimeSpan.FromSeconds(3));
        var reading = reader.Read();

        Assert.Equal(new MachineLimits(512L << 20, 0.2), reader.Limits);
        Assert.Equal(0.2, reader.Cpus);
        Assert.Equal(new PressureReading(50L << 20, 70000L << 10, TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(1.5), new MemoryUse(1000, 4, 200, 30)), reading);
        Assert.Equal(1234, reading.Group!.Value.Total);
    }

    [Fact]
    public void Version_2_of_an_older_kernel_has_no_sum_of_the_kernels_memory()
    {
        using var root = new FakeRoot().Unified("/").Write("sys/fs/cgroup/memory.stat", "anon 1000\nkernel_stack 1\npagetables 2\npercpu 4\nslab 8\nslab_reclaimable 5\n");
        using var reader = new PressureReader(root.Path, static () => default);
        Assert.Equal(new MemoryUse(1000, 0, 15, 0), reader.Read().Group);
    }

    [Fact]
    public void Version_1_counts_the_groups_below_as_its_limit_does()
    {
        using var root = new FakeRoot().Legacy("/m", "/c")
            .Write("proc/self/status", Status)
            .Write("sys/fs/cgroup/memory/m/memory.limit_in_bytes", "1000000\n")
            .Write("sys/fs/cgroup/memory/m/memory.usage_in_bytes", "999999\n")
            .Write("sys/fs/cgroup/memory/m/memory.stat", "cache 5\nrss 10\nshmem 1\ntotal_cache 700000\ntotal_rss 100\ntotal_shmem 20\ntotal_inactive_file 600000\n")
            .Write("sys/fs/cgroup/memory/m/memory.kmem.usage_in_bytes", "3\n")
            .Write("sys/fs/cgroup/memory/m/memory.kmem.tcp.usage_in_bytes", "4\n")
            .Write("sys/fs/cgroup/cpu,cpuacct/c/cpu.stat", "nr_periods 2\nnr_throttled 1\nthrottled_time 2500000000\n");
        using var reader = new PressureReader(root.Path, static () => default);
        var reading = reader.Read();
        Assert.Equal(new MemoryUse(100, 20, 3, 4), reading.Group);
        Assert.Equal(TimeSpan.FromSeconds(2.5), reading.Throttled);
    }

    [Fact]
    public void Files_are_read_anew_each_time()
    {
        using var root = new FakeRoot().Unified("/").Write("proc/self/status", Status).Write("sys/fs/cgroup/memory.stat", "anon 1\n");
        using var reader = new PressureReader(root.Path, static () => default);
        Assert.Equal(1, reader.Read().Group!.Value.Anonymous);

        root.Write("proc/self/status", "VmRSS: 8 kB\n").Write("sys/fs/cgroup/memory.stat", "file 3\nanon 99\n");
        var reading = reader.Read();
        Assert.Equal((8192L, 8192L, 99L), (reading.RssBytes, reading.PeakRssBytes, reading.Group!.Value.Anonymous));
    }

    [Theory]
    [InlineData("")]
    [InlineData("anon\n")]
    [InlineData("anon x\nshmem 4\n")]
    [InlineData("inactive_anon 5\n")]
    [InlineData("anon -5\n")]
    public void What_cannot_be_understood_is_left_out(string text)
    {
        using var root = new FakeRoot().Unified("/").Write("proc/self/status", "VmRSS").Write("sys/fs/cgroup/memory.stat", text).Unreadable("sys/fs/cgroup/cpu.stat");
        using var reader = new PressureReader(root.Path, static () => default);
        Assert.Equal(default, reader.Read());
    }

    [Fact]
    public void Nothing_at_all_is_a_reading_of_nothing()
    {
        using var root = new FakeRoot();
        using var reader = new PressureReader(root.Path, static () => TimeSpan.FromSeconds(1));
        Assert.Equal(new PressureReading(0, 0, TimeSpan.FromSeconds(1), default, null), reader.Read());
        Assert.Equal(Environment.ProcessorCount, reader.Cpus);
    }

    [Fact]
    public void This_machines_own_files_are_read_without_an_allocation()
    {
        using var reader = new PressureReader();
        var first = reader.Read();
        Assert.InRange(first.RssBytes, 1 << 20, long.MaxValue);
        Assert.InRange(first.PeakRssBytes, first.RssBytes, long.MaxValue);

        for (var i = 0; i < 20; i++)
        {
            reader.Read();
        }

        // A file that has grown since (another process's doing) is read into a larger buffer once: one of three rounds is without that.
        var least = long.MaxValue;
        for (var round = 0; round < 3; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 100; i++)
            {
                reader.Read();
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
    }

    [Fact]
    public void A_reading_a_second_is_less_than_half_a_percent_of_a_fifth_of_a_core()
    {
        // 0.5 % of 0.2 cores is 1 ms a second. The shortest of many says what a reading costs when nobody disturbs it.
        using var reader = new PressureReader();
        var shortest = TimeSpan.MaxValue;
        for (var i = 0; i < 500; i++)
        {
            var start = TimeProvider.System.GetTimestamp();
            reader.Read();
            var took = TimeProvider.System.GetElapsedTime(start);
            shortest = took < shortest ? took : shortest;
        }

        Assert.InRange(shortest, TimeSpan.Zero, TimeSpan.FromMilliseconds(1));
        TestContext.Current.TestOutputHelper?.WriteLine($"A reading takes {shortest.TotalMicroseconds:F0} microseconds.");
    }
}

using Sluice.Pressure;
using Xunit;

namespace Sluice.Tests.Pressure;

public sealed class MachineLimitsTests
{
    [Fact]
    public void Version_2_the_smallest_limit_from_the_own_group_upward_wins()
    {
        using var root = new FakeRoot().Unified("/system.slice/app.service/worker")
            .Write("sys/fs/cgroup/system.slice/app.service/worker/memory.max", "max\n")
            .Write("sys/fs/cgroup/system.slice/app.service/worker/cpu.max", "max 100000\n")
            .Write("sys/fs/cgroup/system.slice/app.service/memory.max", "536870912\n")
            .Write("sys/fs/cgroup/system.slice/app.service/cpu.max", "20000 100000\n")
            .Write("sys/fs/cgroup/system.slice/memory.max", "1073741824\n")
            .Write("sys/fs/cgroup/system.slice/cpu.max", "150000 100000\n");
        Assert.Equal(new MachineLimits(512L << 20, 0.2), MachineLimits.Read(root.Path));
    }

    [Fact]
    public void Version_1_each_controller_has_a_path_of_its_own()
    {
        using var root = new FakeRoot().Legacy("/jobs/one", "/quota")
            .Write("sys/fs/cgroup/memory/jobs/one/memory.limit_in_bytes", "9223372036854771712\n")
            .Write("sys/fs/cgroup/memory/jobs/memory.limit_in_bytes", "536870912\n")
            .Write("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n")
            .Write("sys/fs/cgroup/cpu,cpuacct/quota/cpu.cfs_quota_us", "50000\n")
            .Write("sys/fs/cgroup/cpu,cpuacct/quota/cpu.cfs_period_us", "100000\n")
            .Write("sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", "-1\n");
        Assert.Equal(new MachineLimits(512L << 20, 0.5), MachineLimits.Read(root.Path));
    }

    [Fact]
    public void A_container_sees_its_group_at_the_mount_whether_its_path_is_told_from_the_host_or_from_itself()
    {
        foreach (var (told, shows) in new[] { ("/docker/abc/inner", "/docker/abc"), ("/inner", "/") })
        {
            using var root = new FakeRoot().Unified(told, shows)
                .Write("sys/fs/cgroup/memory.max", "2147483648\n")
                .Write("sys/fs/cgroup/inner/memory.max", "1610612736\n");
            Assert.Equal(1610612736, MachineLimits.Read(root.Path).MemoryBytes);
        }
    }

    [Theory]
    [InlineData("/docker/abc", "/docker/abc")]
    [InlineData("/docker/abcdef", "/docker/abc")]
    [InlineData("/../other", "/")]
    [InlineData("/elsewhere", "/docker/abc")]
    [InlineData("/gone/long/ago", "/")]
    public void A_group_that_cannot_be_seen_leaves_the_mount_itself(string told, string shows)
    {
        using var root = new FakeRoot().Legacy(told, told, shows)
            .Write("sys/fs/cgroup/memory/memory.limit_in_bytes", "134217728\n")
            .Write("sys/fs/cgroup/other/memory.limit_in_bytes", "1\n")
            .Write("sys/fs/cgroup/memory/def/memory.limit_in_bytes", "1\n");
        Assert.Equal(128L << 20, MachineLimits.Read(root.Path).MemoryBytes);
    }

    [Fact]
    public void The_mount_may_lie_anywhere_and_the_last_one_counts()
    {
        using var root = new FakeRoot().Write("proc/self/cgroup", "0::/a\n")
            .Write("proc/self/mountinfo", "1 1 0:1 / /sys/fs/cgroup rw - cgroup2 none rw\n2 1 0:2 / /mnt/control\\040groups rw,x optional:1 propagate_from:2 - cgroup2 none rw\n")
            .Write("sys/fs/cgroup/a/memory.max", "1000\n")
            .Write("mnt/control groups/a/memory.max", "2000000\n");
        Assert.Equal(2000000, MachineLimits.Read(root.Path).MemoryBytes);
    }

    [Fact]
    public void Without_mountinfo_the_usual_places_are_looked_at()
    {
        using var two = new FakeRoot().Write("proc/self/cgroup", "0::/a\n").Write("sys/fs/cgroup/a/memory.max", "1000\n").Write("sys/fs/cgroup/a/cpu.max", "1000 10000\n");
        Assert.Equal(new MachineLimits(1000, 0.1), MachineLimits.Read(two.Path));

        using var one = new FakeRoot().Write("proc/self/cgroup", "4:memory:/a\n").Write("sys/fs/cgroup/memory/a/memory.limit_in_bytes", "1000\n");
        Assert.Equal(new MachineLimits(1000, null), MachineLimits.Read(one.Path));
    }

    [Fact]
    public void Memory_in_version_1_beside_the_cpu_in_version_2_is_found_in_both()
    {
        using var root = new FakeRoot().Write("proc/self/cgroup", "4:memory:/m\n0::/u\n")
            .Write("proc/self/mountinfo", "1 1 0:1 / /cg/memory rw - cgroup cgroup rw,memory\n2 1 0:2 / /cg/unified rw - cgroup2 cgroup2 rw\n")
            .Write("cg/memory/m/memory.limit_in_bytes", "4096\n")
            .Write("cg/unified/u/cpu.max", "70000 100000\n");
        Assert.Equal(new MachineLimits(4096, 0.7), MachineLimits.Read(root.Path));
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("-1")]
    [InlineData("12 34 56")]
    [InlineData("max")]
    [InlineData("0 0")]
    [InlineData("100000 0")]
    [InlineData("99999999999999999999")]
    public void What_is_no_limit_is_none(string text)
    {
        using var root = new FakeRoot().Unified("/a").Write("sys/fs/cgroup/a/memory.max", text).Write("sys/fs/cgroup/a/cpu.max", text);
        Assert.Equal(new MachineLimits(null, null), MachineLimits.Read(root.Path));
    }

    [Fact]
    public void Files_that_are_missing_or_cannot_be_read_are_no_limit()
    {
        using var empty = new FakeRoot();
        Assert.Equal(new MachineLimits(null, null), MachineLimits.Read(empty.Path));

        using var broken = new FakeRoot().Unified("/a").Unreadable("sys/fs/cgroup/a/memory.max").Write("sys/fs/cgroup/memory.max", "4096\n");
        Assert.Equal(4096, MachineLimits.Read(broken.Path).MemoryBytes);

        using var odd = new FakeRoot().Write("proc/self/cgroup", "no colon\n::\n7:memory\n0::relative\n").Unreadable("proc/self/mountinfo");
        Assert.Equal(new MachineLimits(null, null), MachineLimits.Read(odd.Path));
    }

    [Theory]
    [InlineData(null, null, false)]
    [InlineData(1024L, null, true)]
    [InlineData(1025L, null, false)]
    [InlineData(null, 0.5, true)]
    [InlineData(null, 0.51, false)]
    [InlineData(8192L, 0.2, true)]
    [InlineData(512L, 8.0, true)]
    [InlineData(4096L, 2.0, false)]
    public void A_small_machine_has_little_of_either(long? mebibytes, double? cpus, bool small) =>
        Assert.Equal(small ? ProfileKind.Small : ProfileKind.Standard, new MachineLimits(mebibytes << 20, cpus).Profile);
}

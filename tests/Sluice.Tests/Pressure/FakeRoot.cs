namespace Sluice.Tests.Pressure;

/// <summary>A folder that looks like the root of a file system, with the kernel's files in it.</summary>
internal sealed class FakeRoot : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sluice-root-");

    public string Path => _folder.FullName;

    public FakeRoot Write(string path, string text)
    {
        var file = System.IO.Path.Combine(Path, path);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
        return this;
    }

    /// <summary>A folder where a file is expected: opening it fails, as root too.</summary>
    public FakeRoot Unreadable(string path)
    {
        Directory.CreateDirectory(System.IO.Path.Combine(Path, path));
        return this;
    }

    /// <summary>Version 2 alone, as current systems have it.</summary>
    public FakeRoot Unified(string group, string shows = "/") => Write("proc/self/cgroup", $"0::{group}\n")
        .Write("proc/self/mountinfo", $"25 30 0:22 / /proc rw - proc proc rw\n31 23 0:28 {shows} /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate\n");

    /// <summary>Version 1, with version 2 beside it for nothing but names.</summary>
    public FakeRoot Legacy(string memory, string cpu, string shows = "/") => Write("proc/self/cgroup", $"9:name=systemd:/\n4:memory:{memory}\n1:cpu,cpuacct:{cpu}\n0::/\n")
        .Write(
            "proc/self/mountinfo",
            $"31 23 0:28 / /sys/fs/cgroup rw - tmpfs tmpfs rw,mode=755\n32 31 0:29 {shows} /sys/fs/cgroup/cpu,cpuacct rw,relatime - cgroup cgroup rw,cpu,cpuacct\n"
            + $"35 31 0:32 {shows} /sys/fs/cgroup/memory rw,relatime master:7 - cgroup cgroup rw,memory\n41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n");

    public void Dispose() => _folder.Delete(recursive: true);
}

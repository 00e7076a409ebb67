namespace Sluice.Pressure;

/// <summary>
/// Reads <c>/proc/self/status</c> and the control group's files, without an allocation after the first time
/// (PressureReaderTests). Whatever cannot be read is left out, and nothing is thrown.
/// </summary>
internal sealed class PressureReader : IPressureReader
{
    private readonly Func<TimeSpan> _cpu;
    private readonly int _version;
    private readonly StatFile _status;
    private readonly StatFile _memory;
    private readonly StatFile _kernel;
    private readonly StatFile _sockets;
    private readonly StatFile _throttling;
    private readonly bool _throttlingInNanoseconds;
    private readonly Lock _lock = new();

    /// <summary>Finds the files; <paramref name="root"/> is the root of the file system, another one in tests.</summary>
    /// <param name="root">Where <c>proc</c> and <c>sys</c> lie.</param>
    /// <param name="cpu">CPU time of the process; null: what the runtime says.</param>
    public PressureReader(string root = "/", Func<TimeSpan>? cpu = null)
    {
        _cpu = cpu ?? RuntimeCpu;
        _status = new StatFile(Path.Combine(root, "proc/self/status"));
        var memory = ControlGroups.Find(root, "memory");
        var quota = ControlGroups.Find(root, "cpu");
        var leastMemory = MachineLimits.LeastMemory(memory);
        var leastCpu = MachineLimits.LeastCpu(quota);
        Limits = new MachineLimits(leastMemory?.Value, leastCpu?.Value);
        _version = memory?.Version ?? 0;
        var group = leastMemory?.Folder ?? memory?.Folders[0];
        _memory = new StatFile(In(group, "memory.stat"));
        _kernel = new StatFile(_version == 1 ? In(group, "memory.kmem.usage_in_bytes") : null);
        _sockets = new StatFile(_version == 1 ? In(group, "memory.kmem.tcp.usage_in_bytes") : null);
        _throttling = new StatFile(In(leastCpu?.Folder ?? quota?.Folders[0], "cpu.stat"));
        _throttlingInNanoseconds = quota?.Version == 1;
    }

    public MachineLimits Limits { get; }

    public double Cpus => Limits.Cpus ?? Environment.ProcessorCount;

    public PressureReading Read()
    {
        lock (_lock)
        {
            var status = _status.Read();
            var rss = (StatFile.Field(status, "VmRSS"u8) ?? 0) << 10;
            var peak = (StatFile.Field(status, "VmHWM"u8) ?? 0) << 10;
            return new PressureReading(rss, Math.Max(rss, peak), _cpu(), ThrottledUnderLock(), GroupUnderLock());
        }
    }

    public void Dispose()
    {
        _status.Dispose();
        _memory.Dispose();
        _kernel.Dispose();
        _sockets.Dispose();
        _throttling.Dispose();
    }

    private static string? In(string? folder, string file) => folder is null ? null : Path.Combine(folder, file);

    private static TimeSpan RuntimeCpu() =>
        OperatingSystem.IsIOS() || OperatingSystem.IsTvOS() || OperatingSystem.IsBrowser() ? TimeSpan.Zero : Environment.CpuUsage.TotalTime;

    private TimeSpan ThrottledUnderLock()
    {
        var text = _throttling.Read();
        return _throttlingInNanoseconds
            ? TimeSpan.FromTicks((StatFile.Field(text, "throttled_time"u8) ?? 0) / 100)
            : TimeSpan.FromMicroseconds(StatFile.Field(text, "throttled_usec"u8) ?? 0);
    }

    private MemoryUse? GroupUnderLock()
    {
        var text = _memory.Read();
        if (_version == 1)
        {
            // The "total" lines count the groups below too, as the limit does.
            return StatFile.Field(text, "total_rss"u8) is { } anonymous
                ? new MemoryUse(anonymous, StatFile.Field(text, "total_shmem"u8) ?? 0, StatFile.Number(_kernel.Read()) ?? 0, StatFile.Number(_sockets.Read()) ?? 0)
                : null;
        }

        if (StatFile.Field(text, "anon"u8) is not { } anon)
        {
            return null;
        }

        // Kernels before 5.18 have no sum.
        var kernel = StatFile.Field(text, "kernel"u8)
            ?? (StatFile.Field(text, "kernel_stack"u8) ?? 0) + (StatFile.Field(text, "pagetables"u8) ?? 0) + (StatFile.Field(text, "percpu"u8) ?? 0) + (StatFile.Field(text, "slab"u8) ?? 0);
        return new MemoryUse(anon, StatFile.Field(text, "shmem"u8) ?? 0, kernel, StatFile.Field(text, "sock"u8) ?? 0);
    }
}

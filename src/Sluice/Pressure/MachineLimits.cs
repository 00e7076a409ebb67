namespace Sluice.Pressure;

/// <summary>What the control groups leave this process: read from the kernel's own files, versions 1 and 2, own path upward, the smallest limit wins.</summary>
/// <param name="MemoryBytes">The memory limit; null: none.</param>
/// <param name="Cpus">The CPU quota in cores; null: none.</param>
internal sealed record MachineLimits(long? MemoryBytes, double? Cpus)
{
    /// <summary>At most this much memory is a small machine.</summary>
    public const long SmallMemory = 1L << 30;

    /// <summary>At most this much of a core is a small machine.</summary>
    public const double SmallCpus = 0.5;

    /// <summary>Small: at most 1 GiB or at most half a core.</summary>
    public ProfileKind Profile => MemoryBytes <= SmallMemory || Cpus <= SmallCpus ? ProfileKind.Small : ProfileKind.Standard;

    /// <summary>Reads the limits; <paramref name="root"/> is the root of the file system, another one in tests.</summary>
    public static MachineLimits Read(string root = "/")
    {
        var memory = ControlGroups.Find(root, "memory");
        var cpu = ControlGroups.Find(root, "cpu");
        return new MachineLimits(LeastMemory(memory)?.Value, LeastCpu(cpu)?.Value);
    }

    /// <summary>The tightest memory limit, and the group that has it.</summary>
    public static (long Value, string Folder)? LeastMemory(ControlGroup? group) =>
        group?.Least(group.Version == 1 ? "memory.limit_in_bytes" : "memory.max", ControlGroup.Bytes);

    /// <summary>The tightest quota, and the group that has it.</summary>
    public static (double Value, string Folder)? LeastCpu(ControlGroup? group) =>
        group?.Version == 1 ? group.Least("cpu.cfs_quota_us", ControlGroup.QuotaBesidePeriod) : group?.Least("cpu.max", ControlGroup.QuotaAndPeriod);
}

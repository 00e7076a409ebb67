using System.Globalization;

namespace Sluice.Pressure;

/// <summary>What the control groups leave this process: read from the kernel's own files, versions 1 and 2, own path upward, the smallest limit wins.</summary>
/// <param name="MemoryBytes">The memory limit; null: none.</param>
/// <param name="Cpus">The CPU quota in cores; null: none.</param>
internal sealed record MachineLimits(long? MemoryBytes, double? Cpus)
{
    /// <summary>Small: at most 1 GiB or at most half a core.</summary>
    public ProfileKind Profile => MemoryBytes <= 1L << 30 || Cpus <= 0.5 ? ProfileKind.Small : ProfileKind.Standard;

    /// <summary>Reads the limits; <paramref name="root"/> is the root of the file system, another one in tests.</summary>
    public static MachineLimits Read(string root = "/")
    {
        long? memory = null;
        double? cpus = null;
        foreach (var line in Lines(Path.Combine(root, "proc/self/cgroup")))
        {
            if (line.Split(':', 3) is not [_, var controllers, var path])
            {
                continue;
            }

            var names = controllers.Split(',');
            if (controllers.Length == 0)
            {
                memory = Walk(root, "sys/fs/cgroup", path, "memory.max", memory, Number);
                cpus = Walk(root, "sys/fs/cgroup", path, "cpu.max", cpus, Share);
            }

            if (names.Contains("memory"))
            {
                memory = Walk(root, "sys/fs/cgroup/memory", path, "memory.limit_in_bytes", memory, Number);
            }

            if (names.Contains("cpu"))
            {
                cpus = Walk(root, "sys/fs/cgroup/cpu", path, "cpu.cfs_quota_us", cpus, Quota);
            }
        }

        return new MachineLimits(memory, cpus);
    }

    private static T? Walk<T>(string root, string mount, string path, string file, T? least, Func<string, T?> read)
        where T : struct, IComparable<T>
    {
        for (var at = path; ; at = at[..at.LastIndexOf('/')])
        {
            var full = Path.Combine(root, mount, at.TrimStart('/'), file);
            if (File.Exists(full) && read(full) is { } value && (least is null || value.CompareTo(least.Value) < 0))
            {
                least = value;
            }

            if (at.LastIndexOf('/') < 0)
            {
                return least;
            }
        }
    }

    /// <summary>Version 1 writes "no limit" as a number near the largest there is.</summary>
    private static long? Number(string file) => long.TryParse(First(file), CultureInfo.InvariantCulture, out var value) && value < long.MaxValue / 2 ? value : null;

    private static double? Share(string file) =>
        First(file).Split(' ') is [var quota, var period] && double.TryParse(quota, CultureInfo.InvariantCulture, out var q) && double.TryParse(period, CultureInfo.InvariantCulture, out var p) ? q / p : null;

    private static double? Quota(string file) =>
        double.TryParse(First(file), CultureInfo.InvariantCulture, out var quota) && quota > 0
        && double.TryParse(First(file.Replace("quota", "period", StringComparison.Ordinal)), CultureInfo.InvariantCulture, out var period) ? quota / period : null;

    private static string First(string file) => Lines(file).FirstOrDefault() ?? "";

    private static string[] Lines(string file)
    {
        try
        {
            return File.Exists(file) ? File.ReadAllLines(file) : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}

using System.Globalization;

namespace Sluice.Pressure;

/// <summary>The settings that a machine's size changes, as text that the settings catalogue reads. Pure; the small profile is the defaults themselves.</summary>
internal static class ProfileDefaults
{
    /// <summary>The process gets a fifth of the machine's memory.</summary>
    private const int MemoryShare = 5;

    private const int LeastLimitMb = 100;

    /// <summary>Two senders a core hide the answers' latency; more than eight fight for one link.</summary>
    private const int MostWorkers = 8;

    private const int LeastWorkers = 3;

    /// <summary>What a profile sets.</summary>
    /// <param name="machine">The limits found.</param>
    /// <param name="cores">The machine's cores.</param>
    /// <param name="physicalBytes">The machine's memory, where no control group limits it.</param>
    public static IReadOnlyList<ProfileDefault> Of(MachineLimits machine, int cores, long physicalBytes)
    {
        if (machine.Profile == ProfileKind.Small)
        {
            return [];
        }

        var usable = machine.Cpus is { } quota ? Math.Min(quota, cores) : cores;
        var workers = Math.Clamp((int)Math.Ceiling(usable * 2), LeastWorkers, MostWorkers);
        var memory = machine.MemoryBytes is { } limit ? Math.Min(limit, physicalBytes > 0 ? physicalBytes : limit) : physicalBytes;
        var limitMb = Math.Max(LeastLimitMb, (memory >> 20) / MemoryShare);
        var byCores = string.Create(CultureInfo.InvariantCulture, $"the standard profile: two for each of {usable:0.##} cores, {LeastWorkers} to {MostWorkers}");
        return
        [
            new("Concurrency:MaxWorkers", workers.ToString(CultureInfo.InvariantCulture), byCores),
            new("Connections:MaxConnections", (workers + 2).ToString(CultureInfo.InvariantCulture), "the standard profile: two more than workers"),
            new("Memory:LimitMb", limitMb.ToString(CultureInfo.InvariantCulture), $"the standard profile: a fifth of {memory >> 20:N0} MiB"),
            new("Memory:PerUploadMb", "40", "the standard profile: two parts of 20 MiB"),
        ];
    }
}

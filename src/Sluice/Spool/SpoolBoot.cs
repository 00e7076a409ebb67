namespace Sluice.Spool;

/// <summary>Which start of the machine this is.</summary>
internal static class SpoolBoot
{
    /// <summary>The kernel's number of it; empty where there is none, and then only synced bytes are trusted after a restart.</summary>
    public static Guid Read()
    {
        try
        {
            return OperatingSystem.IsLinux() && Guid.TryParse(File.ReadAllText("/proc/sys/kernel/random/boot_id"), out var id) ? id : Guid.Empty;
        }
        catch (Exception e) when (SpoolOutcome.IsExpected(e))
        {
            return Guid.Empty;
        }
    }
}

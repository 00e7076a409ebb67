using System.Runtime.InteropServices;

namespace Sluice.Cli.Serving;

/// <summary>
/// Files and sockets that the process may have open. The usual soft limit of 1,024 is for programs that use select(); the runtime
/// raises it in other programs, not in those compiled ahead of time.
/// </summary>
internal static partial class OpenFileLimit
{
    /// <summary>Kept for what is not a client: the store, the spool, connections to Notion, health checks.</summary>
    public const int Kept = 256;

    private const int NoFile = 7;

    /// <summary>Raises the soft limit to the hard one; gives the limit in force, or null where it cannot be known.</summary>
    public static long? Raise()
    {
        if (!OperatingSystem.IsLinux() || getrlimit(NoFile, out var limit) != 0)
        {
            return null;
        }

        var wanted = limit with { Soft = limit.Hard };
        var raised = setrlimit(NoFile, in wanted) == 0 ? wanted.Soft : limit.Soft;
        return (long)Math.Min(raised, long.MaxValue);
    }

    [LibraryImport("libc")]
    private static partial int getrlimit(int resource, out Limit limit);

    [LibraryImport("libc")]
    private static partial int setrlimit(int resource, in Limit limit);

    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct Limit(nuint Soft, nuint Hard)
    {
        public nuint Soft { get; init; } = Soft;
    }
}

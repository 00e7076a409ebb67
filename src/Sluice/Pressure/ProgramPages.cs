using System.Globalization;
using Sluice.Buffers;

namespace Sluice.Pressure;

/// <summary>
/// The program's own files in memory: code and constant data, 29 MiB of a gateway, a third of which is read at start-up only. They
/// are clean pages of the page cache, so letting go of them costs nothing but a page fault where one is needed again, and the next 16
/// pages come with it. Only mappings that nobody can write to and of which no page is a changed copy are let go of ("anonymous"; "dirty" may
/// be a file that was written just now). ProgramPagesTests.
/// </summary>
internal static class ProgramPages
{
    private const string Own = "/proc/self/smaps";

    /// <summary>A mapping with less is not worth a call, KiB.</summary>
    private const long LeastKb = 128;

    /// <summary>Lets go of them; elsewhere than on Linux it does nothing.</summary>
    public static void LetGo()
    {
        try
        {
            if (OperatingSystem.IsLinux())
            {
                foreach (var (start, length) in Clean(File.ReadLines(Own)))
                {
                    _ = MemoryInterop.Advise(start, length, MemoryInterop.DontNeed);
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // No /proc, or it is hidden from us: the pages stay.
        }
    }

    /// <summary>The mappings that can be let go of.</summary>
    /// <param name="smaps">Lines as proc_pid_smaps(5) has them.</param>
    internal static IEnumerable<(nint Start, nuint Length)> Clean(IEnumerable<string> smaps)
    {
        (nint Start, nuint Length)? mapping = null;
        long resident = 0, written = 0;
        foreach (var line in smaps)
        {
            if (Value(line, "Rss:") is { } rss)
            {
                resident = rss;
            }
            else if (Value(line, "Anonymous:") is { } own)
            {
                written = own;
            }
            else if (line.StartsWith("VmFlags:", StringComparison.Ordinal))
            {
                // The last line of a mapping; "lo": locked by somebody who wants it there.
                if (mapping is { } found && written == 0 && resident >= LeastKb && !line.Contains(" lo", StringComparison.Ordinal))
                {
                    yield return found;
                }

                (mapping, resident, written) = (null, 0, 0);
            }
            else if (!line.Contains("kB", StringComparison.Ordinal) && line.Contains('/', StringComparison.Ordinal))
            {
                mapping = OfFile(line);
            }
        }
    }

    /// <summary>A private mapping of a file that cannot be written to: "start-end r-xp offset device inode path".</summary>
    private static (nint Start, nuint Length)? OfFile(string line)
    {
        var fields = line.Split(' ', 3);
        var range = fields[0].Split('-');
        return fields.Length == 3 && fields[1] is "r-xp" or "r--p" && range.Length == 2
            && nint.TryParse(range[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var start)
            && nint.TryParse(range[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var end)
            ? (start, (nuint)(end - start)) : null;
    }

    private static long? Value(string line, string name) =>
        line.StartsWith(name, StringComparison.Ordinal) && long.TryParse(line.AsSpan(name.Length).Trim(" kB"), NumberStyles.None, CultureInfo.InvariantCulture, out var kb) ? kb : null;
}

using System.Globalization;

namespace Sluice.Pressure;

/// <summary>This process's place in one hierarchy of control groups: its own folder first, then each parent that can be seen.</summary>
/// <param name="Version">1 or 2: which names the files have.</param>
/// <param name="Folders">From the own group upward; never empty.</param>
internal sealed record ControlGroup(int Version, IReadOnlyList<string> Folders)
{
    /// <summary>The smallest value that one of the groups has in a file, and whose it is; null where none has any.</summary>
    public (T Value, string Folder)? Least<T>(string file, Func<string, T?> read)
        where T : struct, IComparable<T>
    {
        (T Value, string Folder)? least = null;
        foreach (var folder in Folders)
        {
            if (read(Path.Combine(folder, file)) is { } value && (least is null || value.CompareTo(least.Value.Value) < 0))
            {
                least = (value, folder);
            }
        }

        return least;
    }

    /// <summary>A limit in bytes. Version 2 writes "max" for none, version 1 a number near the largest there is.</summary>
    public static long? Bytes(string file) =>
        long.TryParse(FirstLine(file), NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value < long.MaxValue / 2 ? value : null;

    /// <summary>Version 2's <c>cpu.max</c>, "quota period" in microseconds, as cores.</summary>
    public static double? QuotaAndPeriod(string file) => FirstLine(file).Split(' ') is [var quota, var period] ? Cores(quota, period) : null;

    /// <summary>Version 1's <c>cpu.cfs_quota_us</c> with the period in the file beside it, as cores; a quota of -1 is none.</summary>
    public static double? QuotaBesidePeriod(string file) => Cores(FirstLine(file), FirstLine(Path.Combine(Path.GetDirectoryName(file)!, "cpu.cfs_period_us")));

    /// <summary>All lines of a file; none where it is missing or must not be read.</summary>
    public static string[] Lines(string file)
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

    private static string FirstLine(string file) => Lines(file).FirstOrDefault() ?? "";

    private static double? Cores(string quota, string period) =>
        long.TryParse(quota, NumberStyles.None, CultureInfo.InvariantCulture, out var q) && q > 0
        && long.TryParse(period, NumberStyles.None, CultureInfo.InvariantCulture, out var p) && p > 0 ? (double)q / p : null;
}

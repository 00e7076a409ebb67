using static System.FormattableString;

namespace Sluice.Cli.Output;

/// <summary>Bytes, speeds and durations as people read them; always with a point, whatever the locale.</summary>
internal static class Quantity
{
    private static readonly string[] Units = ["B", "KiB", "MiB", "GiB", "TiB"];

    public static string Bytes(double bytes)
    {
        var unit = 0;
        while (bytes >= 1023.95 && unit < Units.Length - 1)
        {
            bytes /= 1024;
            unit++;
        }

        return unit == 0 ? Invariant($"{bytes:0} B") : Invariant($"{bytes:0.0} {Units[unit]}");
    }

    public static string Speed(double bytesPerSecond) => $"{Bytes(bytesPerSecond)}/s";

    /// <summary>Two units at most: 850 ms, 4.2 s, 3 min 20 s, 1 h 5 min.</summary>
    public static string Duration(TimeSpan time) => time switch
    {
        { TotalMilliseconds: < 999.5 } => Invariant($"{Math.Max(0, time.TotalMilliseconds):0} ms"),
        { TotalSeconds: < 9.95 } => Invariant($"{time.TotalSeconds:0.0} s"),
        { TotalSeconds: < 59.5 } => Invariant($"{time.TotalSeconds:0} s"),
        _ => Long(TimeSpan.FromSeconds(Math.Round(time.TotalSeconds))),
    };

    /// <summary>Whole seconds for what counts down: 12 s, 3 min 20 s.</summary>
    public static string CountDown(TimeSpan time) => Duration(TimeSpan.FromSeconds(Math.Max(1, Math.Ceiling(time.TotalSeconds)))).Replace(".0 s", " s", StringComparison.Ordinal);

    public static string Percent(double share) => Invariant($"{Math.Floor(Math.Clamp(share, 0, 1) * 100):0} %");

    private static string Long(TimeSpan time) => time switch
    {
        { TotalHours: < 1 } => With(time.Minutes, "min", time.Seconds, "s"),
        { TotalDays: < 1 } => With(time.Hours, "h", time.Minutes, "min"),
        _ => With(time.Days, "d", time.Hours, "h"),
    };

    private static string With(int large, string largeUnit, int small, string smallUnit) =>
        small == 0 ? Invariant($"{large} {largeUnit}") : Invariant($"{large} {largeUnit} {small} {smallUnit}");
}

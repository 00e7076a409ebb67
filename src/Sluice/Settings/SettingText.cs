using System.Globalization;

namespace Sluice.Settings;

/// <summary>Values as people write them: durations <c>500ms 30s 2m 24h hh:mm:ss</c>, sizes <c>5242880 5MiB 1GiB 500MB</c>, switches.</summary>
internal static class SettingText
{
    private static readonly (string Unit, long Bytes)[] Units = [("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30), ("KB", 1000), ("MB", 1_000_000), ("GB", 1_000_000_000), ("", 1)];

    public static bool TryDuration(string text, out TimeSpan value)
    {
        value = default;
        if (text.Contains(':', StringComparison.Ordinal))
        {
            return TimeSpan.TryParseExact(text, ["h\\:mm\\:ss", "hh\\:mm\\:ss"], CultureInfo.InvariantCulture, out value);
        }

        var digits = text.TrimEnd("abcdefghijklmnopqrstuvwxyz".ToCharArray());
        if (!double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) || number > 1e9)
        {
            return false;
        }

        TimeSpan? parsed = text[digits.Length..] switch
        {
            "ms" => TimeSpan.FromMilliseconds(number),
            "s" => TimeSpan.FromSeconds(number),
            "m" => TimeSpan.FromMinutes(number),
            "h" => TimeSpan.FromHours(number),
            _ => null,
        };
        value = parsed ?? default;
        return parsed is not null;
    }

    public static string Duration(TimeSpan value) =>
        value.Ticks % TimeSpan.TicksPerHour == 0 && value >= TimeSpan.FromHours(1) ? string.Create(CultureInfo.InvariantCulture, $"{value.TotalHours}h")
        : value.Ticks % TimeSpan.TicksPerMinute == 0 && value >= TimeSpan.FromMinutes(2) ? string.Create(CultureInfo.InvariantCulture, $"{value.TotalMinutes}m")
        : value.Ticks % TimeSpan.TicksPerSecond == 0 ? string.Create(CultureInfo.InvariantCulture, $"{value.TotalSeconds}s")
        : string.Create(CultureInfo.InvariantCulture, $"{value.TotalMilliseconds}ms");

    public static bool TryBytes(string text, out long value)
    {
        foreach (var (unit, bytes) in Units)
        {
            if (text.EndsWith(unit, StringComparison.Ordinal))
            {
                var ok = decimal.TryParse(text[..^unit.Length], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number * bytes <= long.MaxValue;
                value = ok ? (long)(number * bytes) : 0;
                return ok;
            }
        }

        value = 0;
        return false;
    }

    public static string Bytes(long value) =>
        value > 0 && value % (1L << 30) == 0 ? $"{value >> 30}GiB" : value > 0 && value % (1L << 20) == 0 ? $"{value >> 20}MiB" : value > 0 && value % (1L << 10) == 0 ? $"{value >> 10}KiB" : value.ToString(CultureInfo.InvariantCulture);
}

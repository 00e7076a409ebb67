using System.Globalization;

namespace Sluice.Simulator.Admin;

/// <summary>Reads what people type. Pure.</summary>
internal static class AdminText
{
    /// <summary>500ms, 90s, 61m, 2h or hh:mm:ss.</summary>
    public static TimeSpan Duration(string text)
    {
        text = text.Trim('"', ' ');
        if (TimeSpan.TryParseExact(text, "c", CultureInfo.InvariantCulture, out var time) && text.Contains(':', StringComparison.Ordinal))
        {
            return Checked(time, text);
        }

        var digits = text.TrimEnd('m', 's', 'h');
        var unit = text[digits.Length..] switch { "ms" => 0.001, "s" => 1, "m" => 60, "h" => 3600, _ => 0.0 };
        return unit > 0 && double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) && value * unit < TimeSpan.MaxValue.TotalSeconds
            ? Checked(TimeSpan.FromSeconds(value * unit), text)
            : throw Wrong(text);
    }

    /// <summary>The clock goes ahead only, and no further than a calendar is sure to hold.</summary>
    private static TimeSpan Checked(TimeSpan time, string text) => time >= TimeSpan.Zero && time <= TimeSpan.FromDays(3660) ? time : throw Wrong(text);

    private static FormatException Wrong(string text) =>
        new($"'{text}' is no time to move the clock ahead by; write {{\"advance\": \"61m\"}} with 500ms, 90s, 61m, 2h or 01:01:00, at most ten years.");
}

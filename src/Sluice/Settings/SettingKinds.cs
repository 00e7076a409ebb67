using System.Globalization;

namespace Sluice.Settings;

/// <summary>The kinds of values that settings have: how each is written, read and bounded. One set of rules for the engine's catalogue and the gateway's.</summary>
/// <typeparam name="T">The options the settings belong to.</typeparam>
internal static class SettingKinds<T>
{
    public static Setting<T> Duration(string name, string meaning, Func<T, TimeSpan> get, Action<T, TimeSpan> set) =>
        new(name, "a duration from 1ms to 720h: 500ms, 30s, 2m, 24h or hh:mm:ss", meaning, o => SettingText.Duration(get(o)), (o, text) =>
            Write(SettingText.TryDuration(text, out var value) && value >= TimeSpan.FromMilliseconds(1) && value <= TimeSpan.FromDays(30), () => set(o, value)));

    public static Setting<T> Number(string name, int least, int most, string meaning, Func<T, int> get, Action<T, int> set) =>
        new(name, $"a whole number from {least} to {most}", meaning, o => get(o).ToString(CultureInfo.InvariantCulture), (o, text) =>
            Write(int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most, () => set(o, value)));

    public static Setting<T> AutoNumber(string name, int least, int most, bool off, string meaning, Func<T, int> get, Action<T, int> set) =>
        new(name, $"auto, {(off ? "off, " : "")}or a whole number from {least} to {most}", meaning,
            o => get(o) switch { 0 => "auto", < 0 => "off", var value => value.ToString(CultureInfo.InvariantCulture) },
            (o, text) =>
            {
                var value = text switch { "auto" => 0, "off" when off => -1, _ => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var n) && n >= least && n <= most ? n : int.MinValue };
                return Write(value != int.MinValue, () => set(o, value));
            });

    public static Setting<T> Factor(string name, double least, double most, string meaning, Func<T, double> get, Action<T, double> set) =>
        new(name, string.Create(CultureInfo.InvariantCulture, $"a number from {least} to {most}"), meaning, o => get(o).ToString(CultureInfo.InvariantCulture), (o, text) =>
            Write(double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most, () => set(o, value)));

    public static Setting<T> Size(string name, long least, long most, bool auto, string meaning, Func<T, long> get, Action<T, long> set) =>
        new(name, $"{(auto ? "auto, or " : "")}a size from {SettingText.Bytes(least)} to {SettingText.Bytes(most)}: 5242880, 5MiB, 1GiB", meaning,
            o => auto && get(o) == 0 ? "auto" : SettingText.Bytes(get(o)),
            (o, text) =>
            {
                var value = 0L;
                var ok = (auto && text == "auto") || (SettingText.TryBytes(text, out value) && value >= least && value <= most);
                return Write(ok, () => set(o, value));
            });

    public static Setting<T> Text(string name, string meaning, Func<T, string?> get, Action<T, string> set, bool mayBeEmpty = true) =>
        new(name, "text", meaning, o => get(o) ?? "", (o, text) => Write(text.Length > 0, () => set(o, text))) { MayBeEmpty = mayBeEmpty };

    public static Setting<T> Choice(string name, string meaning, string[] values, Func<T, string> get, Action<T, string> set) =>
        new(name, string.Join(", ", values[..^1]) + " or " + values[^1], meaning, get, (o, text) => Write(values.Contains(text), () => set(o, text)));

    public static Setting<T> Feature(string name, Func<T, int> get, Action<T, int> set) =>
        new(name, "on, off, or a percentage of new uploads", "Switches the feature.", o => get(o) switch { 100 => "on", 0 => "off", var value => $"{value}%" }, (o, text) =>
        {
            var value = text switch { "on" => 100, "off" => 0, _ => int.TryParse(text.TrimEnd('%'), NumberStyles.None, CultureInfo.InvariantCulture, out var n) && n <= 100 ? n : -1 };
            return Write(value >= 0, () => set(o, value));
        });

    /// <summary>Values with commas between them; an array in appsettings.json is the same.</summary>
    public static Setting<T> List(string name, string each, string meaning, Func<string, bool> fits, Func<T, IList<string>> get) =>
        new(name, $"{each}; several with commas between them", meaning, o => string.Join(',', get(o)), (o, text) =>
        {
            var values = text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            return Write(Array.TrueForAll(values, v => fits(v)), () =>
            {
                get(o).Clear();
                foreach (var value in values)
                {
                    get(o).Add(value);
                }
            });
        })
        { MayBeEmpty = true };

    /// <summary>Text that has to fit a rule.</summary>
    public static Setting<T> Text(string name, string expects, string meaning, Func<string, bool> fits, Func<T, string?> get, Action<T, string> set) =>
        new(name, expects, meaning, o => get(o) ?? "", (o, text) => Write(fits(text), () => set(o, text))) { MayBeEmpty = true };

    private static bool Write(bool ok, Action set)
    {
        if (ok)
        {
            set();
        }

        return ok;
    }
}

#pragma warning disable
using System.Globalization;
using Sluice.Pressure;
using Sluice.Settings;
namespace Sluice.Cli.Configuration;
// INTERIM until settings branch
internal static class SettingLayers
{
    public const string CommandDefault = "the command's default";
    public static LoadedSettings Load(World world, string dataFolder, IReadOnlyList<SettingAssignment> assignments)
    {
        var o = new SluiceOptions(); List<string> p = [];
        List<SettingAssignment> all = [];
        if (world.Variable("SLUICE_NOTION_URL") is { } u) all.Add(new("Notion:Url", u, "SLUICE_NOTION_URL"));
        all.AddRange(assignments);
        foreach (var a in all)
        {
            try { Set(o, a); } catch (FormatException e) { p.Add($"{a.Origin} {a.Value}: {e.Message}"); }
        }
        return new(o, ProfileKind.Small, p);
    }
    static TimeSpan D(string t) => t.EndsWith("ms") ? TimeSpan.FromMilliseconds(int.Parse(t[..^2], CultureInfo.InvariantCulture)) : t[^1] switch { 's' => TimeSpan.FromSeconds(int.Parse(t[..^1], CultureInfo.InvariantCulture)), 'm' => TimeSpan.FromMinutes(int.Parse(t[..^1], CultureInfo.InvariantCulture)), 'h' => TimeSpan.FromHours(int.Parse(t[..^1], CultureInfo.InvariantCulture)), _ => throw new FormatException("not a duration") };
    static void Set(SluiceOptions o, SettingAssignment a)
    {
        var v = a.Value;
        switch (a.Name)
        {
            case "Notion:Url": o.Notion.Url = v; break;
            case "Notion:TokenFile": o.Notion.TokenFile = v; break;
            case "Parts:Size": o.Parts.Size = v == "auto" ? 0 : v.EndsWith("MiB") ? long.Parse(v[..^3], CultureInfo.InvariantCulture) << 20 : long.Parse(v, CultureInfo.InvariantCulture); break;
            case "Concurrency:MinWorkers": o.Concurrency.MinWorkers = int.Parse(v, CultureInfo.InvariantCulture); break;
            case "Concurrency:MaxWorkers": o.Concurrency.MaxWorkers = int.Parse(v, CultureInfo.InvariantCulture); break;
            case "Pacing:RequestsPerMinute": o.Pacing.RequestsPerMinute = v == "off" ? -1 : v == "auto" ? 0 : int.Parse(v, CultureInfo.InvariantCulture); break;
            case "Retry:GiveUpAfter": o.Retry.GiveUpAfter = D(v); break;
            case "Retry:InitialDelay": o.Retry.InitialDelay = D(v); break;
            case "Retry:MaxDelay": o.Retry.MaxDelay = D(v); break;
            case "Retry:MaxAttempts": o.Retry.MaxAttempts = int.Parse(v, CultureInfo.InvariantCulture); break;
            case "CircuitBreaker:BreakDuration": o.CircuitBreaker.BreakDuration = D(v); break;
            case "Spool:Directory": o.Spool.Directory = v; break;
            default: throw new FormatException("unknown setting");
        }
    }
}

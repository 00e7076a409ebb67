using System.Text.Json;
using Sluice.AspNetCore;
using Sluice.Pressure;
using Sluice.Settings;

namespace Sluice.Cli.Configuration;

/// <summary>
/// Puts the settings together: default, profile, appsettings.json of the working folder and of the state folder, environment,
/// --set, option; the later wins. Everything that is wrong is collected, nothing is thrown.
/// </summary>
internal static class SettingLayers
{
    public const string CommandDefault = "the command's default";

    private const string Prefix = "SLUICE__";

    public static LoadedSettings Load(World world, string dataFolder, IReadOnlyList<SettingAssignment> assignments)
    {
        var (options, gateway) = (new SluiceOptions(), new GatewayOptions());
        var machine = MachineLimits.Read();
        List<string> problems = [];
        Dictionary<string, string> origins = new(StringComparer.OrdinalIgnoreCase);
        List<SettingAssignment> all = [.. OfProfile(machine)];
        foreach (var folder in new[] { world.WorkingFolder, dataFolder }.Distinct(StringComparer.Ordinal))
        {
            all.AddRange(OfFile(Path.Combine(folder, "appsettings.json"), problems));
        }

        all.AddRange(world.Variables.Where(v => v.Key.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)).OrderBy(v => v.Key, StringComparer.Ordinal)
            .Select(v => new SettingAssignment(v.Key[Prefix.Length..].Replace("__", ":", StringComparison.Ordinal), v.Value, v.Key)));
        if (world.Variable("SLUICE_NOTION_URL") is { } url)
        {
            all.Add(new SettingAssignment("Notion:Url", url, "SLUICE_NOTION_URL"));
        }

        // What a command takes for granted gives way to everything that was set by hand; --set gives way to the options.
        all.InsertRange(0, assignments.Where(a => a.Origin == CommandDefault));
        all.AddRange(assignments.Where(a => a.Origin == "--set"));
        all.AddRange(assignments.Where(a => a.Origin is not CommandDefault and not "--set"));
        foreach (var assignment in all)
        {
            Apply(options, gateway, assignment, origins, problems);
        }

        problems.AddRange(SettingsCatalogue.Conflicts(options));
        return new LoadedSettings(options, gateway, machine, origins, problems);
    }

    private static IEnumerable<SettingAssignment> OfProfile(MachineLimits machine) =>
        ProfileDefaults.Of(machine, Environment.ProcessorCount, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes).Select(d => new SettingAssignment(d.Name, d.Value, d.Reason));

    private static void Apply(SluiceOptions options, GatewayOptions gateway, SettingAssignment assignment, Dictionary<string, string> origins, List<string> problems)
    {
        if (SettingsCatalogue.Find(assignment.Name) is { } setting)
        {
            Write(setting, options, assignment, origins, problems);
        }
        else if (GatewaySettings.Find(assignment.Name) is { } ofGateway)
        {
            Write(ofGateway, gateway, assignment, origins, problems);
        }
        else
        {
            problems.Add($"There is no setting '{assignment.Name}' ({assignment.Origin}). Did you mean {Nearest(assignment.Name)}? sluice doctor lists them all.");
        }
    }

    private static void Write<T>(Setting<T> setting, T options, SettingAssignment assignment, Dictionary<string, string> origins, List<string> problems)
    {
        if (setting.TryWrite(options, assignment.Value))
        {
            origins[setting.Name] = assignment.Origin;
        }
        else
        {
            problems.Add(setting.Refuse(assignment.Value, assignment.Origin));
        }
    }

    private static IEnumerable<SettingAssignment> OfFile(string file, List<string> problems)
    {
        if (!File.Exists(file))
        {
            return [];
        }

        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(file), new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            return [.. document.RootElement.EnumerateObject().Where(s => s.Value.ValueKind == JsonValueKind.Object)
                .SelectMany(s => s.Value.EnumerateObject().Select(v => new SettingAssignment($"{s.Name}:{v.Name}", TextOf(v.Value), file)))];
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            problems.Add($"{file} cannot be read: {e.Message}");
            return [];
        }
    }

    /// <summary>An array is a list: its values with commas between them.</summary>
    private static string TextOf(JsonElement value) => value.ValueKind == JsonValueKind.Array ? string.Join(',', value.EnumerateArray()) : value.ToString();

    /// <summary>The setting that was meant: one of the same section, where there is such a section.</summary>
    private static string Nearest(string name)
    {
        var section = name[..(name.IndexOf(':', StringComparison.Ordinal) + 1)];
        string[] all = [.. SettingsCatalogue.All.Select(s => s.Name), .. GatewaySettings.All.Select(s => s.Name)];
        var siblings = Array.FindAll(all, n => section.Length > 0 && n.StartsWith(section, StringComparison.OrdinalIgnoreCase));
        return (siblings.Length > 0 ? siblings : all).MinBy(n => Distance(n, name))!;
    }

    /// <summary>How many letters have to change: for "did you mean".</summary>
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var corner = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var change = corner + (char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]) ? 0 : 1);
                corner = row[j];
                row[j] = Math.Min(change, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[b.Length];
    }
}

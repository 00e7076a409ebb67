using System.Text.Json;
using Sluice.Settings;

namespace Sluice.AspNetCore.Api;

/// <summary>The switches as JSON: the settings' names in lower case with underscores, each a percentage of new uploads.</summary>
internal static class FeatureJson
{
    private const string Section = "Features:";

    /// <summary>Setting by JSON name, in the catalogue's order.</summary>
    public static IReadOnlyDictionary<string, Setting<SluiceOptions>> All { get; } = SettingsCatalogue.All
        .Where(static s => s.Name.StartsWith(Section, StringComparison.Ordinal))
        .ToDictionary(static s => Snake(s.Name[Section.Length..]), StringComparer.Ordinal);

    /// <summary>The switches as they are.</summary>
    public static void Write(Utf8JsonWriter json, string name, FeatureOptions features)
    {
        json.WriteStartObject(name);
        json.WriteNumber("retry", features.Retry);
        json.WriteNumber("circuit_breaker", features.CircuitBreaker);
        json.WriteNumber("backpressure", features.Backpressure);
        json.WriteNumber("adaptive_concurrency", features.AdaptiveConcurrency);
        json.WriteNumber("pacing", features.Pacing);
        json.WriteNumber("checkpoints", features.Checkpoints);
        json.WriteNumber("spool", features.Spool);
        json.WriteNumber("integrity", features.Integrity);
        json.WriteNumber("alerts", features.Alerts);
        json.WriteEndObject();
    }

    /// <summary>A value as the catalogue reads it: a percentage as a number, or <c>on</c>, <c>off</c>; null: neither.</summary>
    public static string? Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number when value.TryGetInt32(out var percent) && percent is >= 0 and <= 100 => percent == 100 ? "on" : percent == 0 ? "off" : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{percent}%"),
        JsonValueKind.String => value.GetString(),
        JsonValueKind.True => "on",
        JsonValueKind.False => "off",
        _ => null,
    };

    private static string Snake(string name) =>
        string.Concat(name.Select(static (letter, at) => char.IsUpper(letter) && at > 0 ? $"_{char.ToLowerInvariant(letter)}" : $"{char.ToLowerInvariant(letter)}"));
}

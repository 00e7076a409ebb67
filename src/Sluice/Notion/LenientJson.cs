using System.Globalization;
using System.Text.Json;

namespace Sluice.Notion;

/// <summary>Reads members that may be missing, null, or of another kind than documented.</summary>
internal static class LenientJson
{
    public static JsonElement? Member(this JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var member) ? member : null;

    /// <summary>The object of that name; an undefined element, in which nothing is found, where there is none.</summary>
    public static JsonElement Object(this JsonElement json, string name) =>
        json.Member(name) is { ValueKind: JsonValueKind.Object } member ? member : default;

    public static string? Text(this JsonElement json, string name) =>
        json.Member(name) is { ValueKind: JsonValueKind.String } member ? member.GetString() : null;

    /// <summary>A whole number, written as a number or as a text.</summary>
    public static long? Number(this JsonElement json, string name) => json.Member(name) switch
    {
        { ValueKind: JsonValueKind.Number } member when member.TryGetInt64(out var number) => number,
        { ValueKind: JsonValueKind.String } member when long.TryParse(member.GetString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => number,
        _ => null,
    };

    public static IEnumerable<JsonElement>? List(this JsonElement json, string name) =>
        json.Member(name) is { ValueKind: JsonValueKind.Array } member ? member.EnumerateArray() : null;

    public static IEnumerable<(string Name, JsonElement Value)> Members(this JsonElement json, string name)
    {
        foreach (var member in json.Object(name) is { ValueKind: JsonValueKind.Object } value ? value.EnumerateObject() : default)
        {
            yield return (member.Name, member.Value);
        }
    }

    /// <summary>The strings of a member that is a string or a list of strings.</summary>
    public static IEnumerable<string> Texts(this JsonElement json, string name) => json.Member(name) switch
    {
        { ValueKind: JsonValueKind.String } member => [member.GetString()!],
        { ValueKind: JsonValueKind.Array } member => member.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!),
        _ => [],
    };

    /// <summary>An ISO 8601 time, with Z or an offset; one that names neither is UTC.</summary>
    public static DateTimeOffset? Time(this JsonElement json) =>
        json.ValueKind == JsonValueKind.String
        && DateTimeOffset.TryParse(json.GetString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? time
            : null;
}

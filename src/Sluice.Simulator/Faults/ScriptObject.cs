using System.Globalization;
using System.Text.Json;

namespace Sluice.Simulator.Faults;

/// <summary>
/// One object of a script, read strictly: an unknown field, a wrong type or a number out of range is a
/// <see cref="FormatException"/> that says where it is, what is wrong and what may stand there.
/// </summary>
internal sealed class ScriptObject
{
    private readonly JsonElement _json;
    private readonly string _where;

    public ScriptObject(JsonElement json, string where, params string[] fields)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            throw new FormatException($"{where} must be an object such as {{\"{fields[0]}\": …}}, and is {Shown(json)}.");
        }

        foreach (var field in json.EnumerateObject())
        {
            if (!fields.Contains(field.Name))
            {
                throw new FormatException($"{where} has no '{field.Name}'; it may have {string.Join(", ", fields)}.");
            }
        }

        (_json, _where) = (json, where);
    }

    public bool Has(string name) => _json.TryGetProperty(name, out _);

    public JsonElement this[string name] => _json.GetProperty(name);

    public string? Text(string name) => !_json.TryGetProperty(name, out var value) ? null
        : value.ValueKind == JsonValueKind.String ? value.GetString()
        : throw Wrong(name, "a text", value);

    /// <summary>A text out of a list.</summary>
    public string? OneOf(string name, params string[] allowed) => Text(name) is not { } text ? null
        : allowed.Contains(text) ? text
        : throw Wrong(name, $"one of {string.Join(", ", allowed)}", _json.GetProperty(name));

    public long? Number(string name, long least, long most) => !_json.TryGetProperty(name, out var value) ? null
        : value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) && number >= least && number <= most ? number
        : throw Wrong(name, string.Create(CultureInfo.InvariantCulture, $"a whole number from {least} to {most}"), value);

    public int? Count(string name, int least, int most = int.MaxValue) => (int?)Number(name, least, most);

    public bool? Flag(string name) => !_json.TryGetProperty(name, out var value) ? null
        : value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean()
        : throw Wrong(name, "true or false", value);

    public TimeSpan? Milliseconds(string name) => Number(name, 0, 31_536_000_000) is { } ms ? TimeSpan.FromMilliseconds(ms) : null;

    public FormatException Wrong(string name, string wanted, JsonElement value) => new($"{_where}: '{name}' must be {wanted}, and is {Shown(value)}.");

    public FormatException Wrong(string sentence) => new($"{_where}: {sentence}");

    private static string Shown(JsonElement value)
    {
        var text = value.GetRawText();
        return text.Length > 60 ? text[..60] + "…" : text;
    }
}

using System.Text.Json.Nodes;

namespace Sluice.Simulator.Serving;

/// <summary>
/// Reads a JSON body strictly and keeps the first thing that is wrong with it. What is wrong reads as absent, so a caller reads
/// on and looks at <see cref="Refused"/> once, before it changes anything.
/// </summary>
internal sealed class BodyCheck
{
    /// <summary>The refusal; null: nothing is wrong so far.</summary>
    public SimulatorAnswer? Refused { get; private set; }

    public void Refuse(string what) => Refused ??= SimulatorAnswer.Invalid($"body failed validation: {what}");

    public void Refuse(SimulatorAnswer? answer) => Refused ??= answer;

    /// <summary>The object is closed: a field that is not named is refused.</summary>
    public void Only(JsonObject from, string path, params ReadOnlySpan<string> allowed)
    {
        foreach (var (name, value) in from)
        {
            if (!allowed.Contains(name))
            {
                Refuse($"{path}.{name} should be not present, instead was `{Shown(value)}`.");
            }
        }
    }

    public JsonObject? Object(JsonObject? from, string name, string path, bool required = false) => Typed<JsonObject>(from, name, path, "an object", required);

    public JsonArray? Array(JsonObject? from, string name, string path, bool required = false) => Typed<JsonArray>(from, name, path, "an array", required);

    public string? Text(JsonObject? from, string name, string path, bool required = false, int most = int.MaxValue)
    {
        var text = Value<string>(from, name, path, "a string", required);
        if (text?.Length > most)
        {
            Refuse($"{path}.{name}.length should be ≤ `{most}`, instead was `{text.Length}`.");
        }

        return text;
    }

    /// <summary>A text out of a list.</summary>
    public string? OneOf(JsonObject? from, string name, string path, bool required, params ReadOnlySpan<string> allowed)
    {
        var text = Text(from, name, path, required);
        if (text is not null && !allowed.Contains(text))
        {
            Refuse($"{path}.{name} should be {string.Join(" or ", allowed.ToArray().Select(a => $"`\"{a}\"`"))}, instead was `\"{text}\"`.");
            return null;
        }

        return text;
    }

    public bool? Flag(JsonObject? from, string name, string path) => Value<bool?>(from, name, path, "a boolean", required: false);

    public int? Whole(JsonObject? from, string name, string path) => Value<int?>(from, name, path, "a number", required: false);

    /// <summary>An id, with dashes; of what it is not said here.</summary>
    public string? Id(JsonObject? from, string name, string path, bool required = false)
    {
        var text = Text(from, name, path, required);
        if (text is null || Routes.Dashed(text) is { } id && (text = id) is not null)
        {
            return text;
        }

        Refuse($"{path}.{name} should be a valid uuid, instead was `\"{text}\"`.");
        return null;
    }

    private T? Typed<T>(JsonObject? from, string name, string path, string wanted, bool required)
        where T : JsonNode
    {
        var node = Find(from, name, path, required);
        if (node is not null and not T)
        {
            Refuse($"{path}.{name} should be {wanted}, instead was `{Shown(node)}`.");
        }

        return node as T;
    }

    private T? Value<T>(JsonObject? from, string name, string path, string wanted, bool required)
    {
        var node = Find(from, name, path, required);
        if (node is JsonValue value && value.TryGetValue<T>(out var found))
        {
            return found;
        }

        if (node is not null)
        {
            Refuse($"{path}.{name} should be {wanted}, instead was `{Shown(node)}`.");
        }

        return default;
    }

    private JsonNode? Find(JsonObject? from, string name, string path, bool required)
    {
        if (from is null)
        {
            return null;
        }

        var node = from[name];
        if (node is null && required)
        {
            Refuse($"{path}.{name} should be defined, instead was `{(from.ContainsKey(name) ? "null" : "undefined")}`.");
        }

        return node;
    }

    private static string Shown(JsonNode? node)
    {
        var text = node?.ToJsonString() ?? "null";
        return text.Length > 100 ? text[..100] + "..." : text;
    }
}

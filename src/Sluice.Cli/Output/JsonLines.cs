using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Sluice.Cli.Commands;

namespace Sluice.Cli.Output;

/// <summary>Values as lines of JSON.</summary>
internal static class JsonLines
{
    public static string Of(ResultLine line) => Of(line, CliJson.Readable.ResultLine);

    public static string Of(PlanLine line) => Of(line, CliJson.Readable.PlanLine);

    public static string Of(ListLine line) => Of(line, CliJson.Readable.ListLine);

    public static string Of(KeyLine line) => Of(line, CliJson.Readable.KeyLine);

    public static string Of(DoctorLine line) => Of(line, CliJson.Readable.DoctorLine);

    /// <summary>The serializer escapes control characters; those that reorder the text of a terminal can only stand in a string too, and are escaped here.</summary>
    private static string Of<T>(T line, JsonTypeInfo<T> type)
    {
        var json = JsonSerializer.Serialize(line, type);
        if (!json.Any(Plain.IsUnsafe))
        {
            return json;
        }

        var text = new StringBuilder();
        foreach (var c in json)
        {
            _ = Plain.IsUnsafe(c) ? text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}") : text.Append(c);
        }

        return text.ToString();
    }
}

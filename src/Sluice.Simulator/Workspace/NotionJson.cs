using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Sluice.Simulator.Workspace;

/// <summary>Shapes that all of Notion's objects share.</summary>
internal static class NotionJson
{
    public static JsonObject List(IEnumerable<JsonObject> results, string? next, string type) => new()
    {
        ["object"] = "list",
        ["results"] = new JsonArray([.. results.Select(result => (JsonNode)result)]),
        ["next_cursor"] = next,
        ["has_more"] = next is not null,
        ["type"] = type,
        [type] = new JsonObject(),
    };

    public static JsonArray RichText(string? text) => string.IsNullOrEmpty(text) ? [] : new JsonArray(new JsonObject
    {
        ["type"] = "text",
        ["text"] = new JsonObject { ["content"] = text, ["link"] = null },
        ["annotations"] = new JsonObject
        {
            ["bold"] = false,
            ["italic"] = false,
            ["strikethrough"] = false,
            ["underline"] = false,
            ["code"] = false,
            ["color"] = "default",
        },
        ["plain_text"] = text,
        ["href"] = null,
    });

    public static JsonObject PartialUser(string token) => new() { ["object"] = "user", ["id"] = BotId(token) };

    /// <summary>Each token is a bot of its own.</summary>
    public static string BotId(string token) => new Guid(SHA256.HashData(Encoding.UTF8.GetBytes("bot/" + token)).AsSpan(0, 16)).ToString("D");

    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>Creation and change are told to the minute.</summary>
    public static string Minute(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm':00.000Z'", CultureInfo.InvariantCulture);
}

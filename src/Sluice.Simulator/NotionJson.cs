using System.Globalization;
using System.Text.Json.Nodes;

namespace Sluice.Simulator;

/// <summary>The shapes of Notion's objects.</summary>
internal static class NotionJson
{
    public static JsonObject Upload(SimulatedUpload upload, Uri address, string version)
    {
        var json = new JsonObject
        {
            ["object"] = "file_upload",
            ["id"] = upload.Id,
            ["created_time"] = Minute(upload.Created),
            ["created_by"] = new JsonObject { ["id"] = BotId(upload.Token), ["type"] = "bot" },
            ["last_edited_time"] = Minute(upload.CompletedAt ?? upload.Created),
            ["expiry_time"] = upload.Expiry is { } expiry ? Time(expiry) : null,
        };
        if (upload.Status == "pending")
        {
            json["upload_url"] = new Uri(address, $"/v1/file_uploads/{upload.Id}/send").ToString();
            if (upload.Multi && upload.Parts.Count > 0)
            {
                json["complete_url"] = new Uri(address, $"/v1/file_uploads/{upload.Id}/complete").ToString();
            }
        }

        json["in_trash"] = false;
        json["status"] = upload.Status;
        json["filename"] = upload.FileName;
        json["content_type"] = upload.ContentType;
        json["content_length"] = upload.Parts.Count == 0 ? null : upload.Length;
        if (upload.Multi)
        {
            json["number_of_parts"] = new JsonObject { ["total"] = upload.PartsTotal, ["sent"] = upload.Parts.Count };
        }

        if (string.CompareOrdinal(version, "2026-03-11") < 0)
        {
            json["archived"] = false;
        }

        return json;
    }

    public static JsonObject List(IEnumerable<JsonObject> results, string? next, string type)
    {
        var array = new JsonArray();
        foreach (var result in results)
        {
            array.Add((JsonNode)result);
        }

        return new JsonObject { ["object"] = "list", ["results"] = array, ["next_cursor"] = next, ["has_more"] = next is not null, ["type"] = type, [type] = new JsonObject() };
    }

    public static JsonObject Block(SimulatedBlock block, Func<string, JsonObject> file)
    {
        var media = new JsonObject { ["caption"] = block.Caption is null ? new JsonArray() : new JsonArray(RichText(block.Caption)), ["type"] = "file", ["file"] = file(block.FileUploadId) };
        if (block.Type == "file")
        {
            media["name"] = block.Name;
        }

        return new JsonObject
        {
            ["object"] = "block",
            ["id"] = block.Id,
            ["parent"] = new JsonObject { ["type"] = "page_id", ["page_id"] = block.Parent },
            ["created_time"] = Minute(block.Created),
            ["last_edited_time"] = Minute(block.Created),
            ["has_children"] = false,
            ["in_trash"] = false,
            ["type"] = block.Type,
            [block.Type] = media,
        };
    }

    public static JsonObject Page(SimulatedPage page, Func<string, JsonObject> file)
    {
        var files = new JsonArray();
        foreach (var entry in page.Files)
        {
            files.Add((JsonNode)(entry.FileUploadId is { } id
                ? new JsonObject { ["name"] = entry.Name, ["type"] = "file", ["file"] = file(id) }
                : new JsonObject { ["name"] = entry.Name, ["type"] = "external", ["external"] = new JsonObject { ["url"] = entry.ExternalUrl } }));
        }

        return new JsonObject
        {
            ["object"] = "page",
            ["id"] = page.Id,
            ["created_time"] = Minute(page.Created),
            ["last_edited_time"] = Minute(page.Created),
            ["cover"] = null,
            ["icon"] = null,
            ["parent"] = page.DataSource is { } source
                ? new JsonObject { ["type"] = "data_source_id", ["data_source_id"] = source, ["database_id"] = SimulatorState.Database }
                : new JsonObject { ["type"] = "workspace", ["workspace"] = true },
            ["in_trash"] = false,
            ["is_archived"] = false,
            ["is_locked"] = false,
            ["properties"] = new JsonObject
            {
                [page.DataSource is null ? "title" : "Name"] = new JsonObject { ["id"] = "title", ["type"] = "title", ["title"] = new JsonArray(RichText(page.Title)) },
                ["Files"] = new JsonObject { ["id"] = "files", ["type"] = "files", ["files"] = files },
            },
            ["url"] = $"https://app.notion.com/p/{page.Id.Replace("-", "", StringComparison.Ordinal)}",
            ["public_url"] = null,
        };
    }

    public static JsonObject RichText(string text) => new()
    {
        ["type"] = "text", ["text"] = new JsonObject { ["content"] = text, ["link"] = null }, ["plain_text"] = text, ["href"] = null,
    };

    /// <summary>Each token is a bot of its own.</summary>
    public static string BotId(string token) =>
        new Guid(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes("bot/" + token)).AsSpan(0, 16)).ToString("D");

    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static string Minute(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm':00.000Z'", CultureInfo.InvariantCulture);
}

using System.Text.Json;

namespace Sluice.Notion;

/// <summary>
/// Takes Notion's answers apart. Lenient: unknown fields are passed over, numbers may be texts, everything but an id may be
/// missing. Each reader gives null where the answer cannot be what was asked for.
/// </summary>
internal static class NotionAnswers
{
    public static NotionFileUpload? FileUpload(JsonElement json, DateTimeOffset? date)
    {
        if (json.Text("id") is not { } id || json.Text("status") is not { } status)
        {
            return null;
        }

        var parts = json.Object("number_of_parts");
        return new(
            id,
            Status(status),
            Expiry(json),
            json.Text("filename"),
            json.Text("content_type"),
            json.Number("content_length"),
            (int?)parts.Number("total"),
            (int?)parts.Number("sent"))
        {
            Date = date,
        };
    }

    public static NotionFileUploadList? FileUploads(JsonElement json, DateTimeOffset? date) =>
        json.List("results") is { } results ? new(Each(results, item => FileUpload(item, date)), json.Text("next_cursor")) : null;

    public static NotionBot? Bot(JsonElement json, DateTimeOffset? date)
    {
        var bot = json.Object("bot");
        return json.Text("id") is { } id
            ? new(id, json.Text("name"), bot.Text("workspace_name"), bot.Object("workspace_limits").Number("max_file_upload_size_in_bytes")) { Date = date }
            : null;
    }

    public static NotionBlock? Block(JsonElement json, DateTimeOffset? date)
    {
        if (json.Text("id") is not { } id)
        {
            return null;
        }

        var type = json.Text("type") ?? "";
        var media = json.Object(type);
        return new(id, type, media.Text("name"), media.Object("file").Text("url") ?? media.Object("external").Text("url"));
    }

    public static NotionBlockList? Blocks(JsonElement json, DateTimeOffset? date) =>
        json.List("results") is { } results ? new(Each(results, item => Block(item, date)), json.Text("next_cursor")) : null;

    /// <summary>The first of the blocks that an append made.</summary>
    public static NotionBlock? FirstBlock(JsonElement json, DateTimeOffset? date) => Blocks(json, date) is { Results: [var first, ..] } ? first : null;

    public static NotionPage? Page(JsonElement json, DateTimeOffset? date)
    {
        if (json.Text("id") is not { } id)
        {
            return null;
        }

        var properties = new Dictionary<string, NotionProperty>(StringComparer.Ordinal);
        foreach (var (name, value) in json.Members("properties"))
        {
            properties[name] = Property(value);
        }

        return new(id, json.Text("url"), properties);
    }

    public static NotionPageList? Pages(JsonElement json, DateTimeOffset? date) =>
        json.List("results") is { } results ? new(Each(results, item => Page(item, date)), json.Text("next_cursor")) : null;

    public static NotionDatabase? Database(JsonElement json, DateTimeOffset? date) =>
        json.Text("id") is { } id
            ? new(id, Each(json.List("data_sources") ?? [], item => item.Text("id") is { } source ? new NotionDataSourceName(source, item.Text("name")) : null))
            : null;

    public static NotionDataSource? DataSource(JsonElement json, DateTimeOffset? date)
    {
        if (json.Text("id") is not { } id)
        {
            return null;
        }

        var properties = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in json.Members("properties"))
        {
            properties[name] = value.Text("type") ?? "";
        }

        var title = string.Concat((json.List("title") ?? []).Select(piece => piece.Text("plain_text") ?? piece.Object("text").Text("content")));
        return new(id, title.Length > 0 ? title : json.Text("name"), properties);
    }

    private static NotionProperty Property(JsonElement json)
    {
        var more = json.Member("has_more") is { ValueKind: JsonValueKind.True };
        return new(json.Text("id") ?? "", json.Text("type") ?? "", Each(json.List("files") ?? [], File), more);
    }

    /// <summary>An entry of a kind this version does not know is kept with an empty address, so that nobody rewrites the property without it.</summary>
    private static NotionFile? File(JsonElement json)
    {
        var kind = json.Text("type") ?? (json.Member("external") is not null ? "external" : "file");
        return new(json.Text("name") ?? "", kind, json.Object(kind).Text("url") ?? "");
    }

    private static NotionUploadStatus Status(string status) => status switch
    {
        "pending" => NotionUploadStatus.Pending,
        "uploaded" => NotionUploadStatus.Uploaded,
        "expired" => NotionUploadStatus.Expired,
        "failed" => NotionUploadStatus.Failed,
        _ => NotionUploadStatus.Other,
    };

    /// <summary>Only a null that is there proves an attach: a time that is missing or cannot be read is the far future, never null.</summary>
    private static DateTimeOffset? Expiry(JsonElement json) => json.Member("expiry_time") switch
    {
        { ValueKind: JsonValueKind.Null } => null,
        { } member when member.Time() is { } time => time,
        _ => DateTimeOffset.MaxValue,
    };

    private static List<T> Each<T>(IEnumerable<JsonElement> items, Func<JsonElement, T?> read)
        where T : class
    {
        var list = new List<T>();
        foreach (var item in items)
        {
            if (read(item) is { } value)
            {
                list.Add(value);
            }
        }

        return list;
    }
}

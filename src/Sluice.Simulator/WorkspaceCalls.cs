using System.Text.Json.Nodes;

namespace Sluice.Simulator;

/// <summary>The rules of pages, blocks and the database: what attaches, queries and reads back. Called under the state's lock.</summary>
internal sealed class WorkspaceCalls(SimulatorState state, Uri address)
{
    private static readonly string[] MediaTypes = ["image", "video", "audio", "pdf", "file"];

    public SimulatorAnswer Append(string token, string version, string parent, JsonObject body)
    {
        if (FindPage(parent) is not { } page)
        {
            return SimulatorAnswer.NotFound("block", parent);
        }

        if (body["after"] is not null && string.CompareOrdinal(version, "2026-03-11") >= 0)
        {
            return SimulatorAnswer.Invalid("body failed validation: body.after should be not present.");
        }

        if (body["children"] is not JsonArray { Count: > 0 and <= 100 } children)
        {
            return SimulatorAnswer.Invalid("body failed validation: body.children.length should be between 1 and 100.");
        }

        var made = new List<SimulatedBlock>();
        foreach (var child in children)
        {
            var type = MediaTypes.FirstOrDefault(t => child?[t] is JsonObject);
            if (type is null || child![type]!["file_upload"]?["id"]?.GetValue<string>() is not { } given)
            {
                return SimulatorAnswer.Invalid("The simulator appends media blocks with a file_upload only.");
            }

            var id = Dashed(given);
            if (Attachable(id, token) is { } refused)
            {
                return refused;
            }

            var upload = state.Uploads[id];
            var category = TypeTable.Category(upload.ContentType, upload.FileName);
            if (type != "file" && type != category)
            {
                return SimulatorAnswer.Invalid($"Cannot attach a file with type of {category} to a block of type {type}.");
            }

            made.Add(new SimulatedBlock(state.NewId(), page.Id, type, id, child[type]!["name"]?.GetValue<string>() ?? upload.FileName, Caption(child[type]!["caption"]), state.Now));
        }

        page.Blocks.AddRange(made);
        foreach (var block in made)
        {
            Attached(block.FileUploadId, new SimulatedAttachment(page.Id, block.Id, null));
        }

        return SimulatorAnswer.Ok(NotionJson.List(made.Select(b => NotionJson.Block(b, File)), null, "block"));
    }

    public SimulatorAnswer Children(string parent, string? cursor, int size)
    {
        if (FindPage(parent) is not { } page)
        {
            return SimulatorAnswer.NotFound("block", parent);
        }

        var from = cursor is null ? 0 : page.Blocks.FindIndex(b => b.Id == cursor);
        return from < 0
            ? SimulatorAnswer.Invalid("The start_cursor provided is invalid.")
            : SimulatorAnswer.Ok(NotionJson.List(page.Blocks.Skip(from).Take(size).Select(b => NotionJson.Block(b, File)), page.Blocks.Count > from + size ? page.Blocks[from + size].Id : null, "block"));
    }

    public SimulatorAnswer Block(string id) =>
        state.Pages.Values.SelectMany(p => p.Blocks).FirstOrDefault(b => b.Id == Dashed(id)) is { } block
            ? SimulatorAnswer.Ok(NotionJson.Block(block, File))
            : SimulatorAnswer.NotFound("block", id);

    public SimulatorAnswer Page(string id) =>
        FindPage(id) is { } page ? SimulatorAnswer.Ok(NotionJson.Page(page, File)) : SimulatorAnswer.NotFound("page", id);

    public SimulatorAnswer UpdatePage(string token, string id, JsonObject body)
    {
        if (FindPage(id) is not { } page)
        {
            return SimulatorAnswer.NotFound("page", id);
        }

        if (body["properties"]?["Files"]?["files"] is JsonArray files)
        {
            var (entries, refused) = Files(token, files);
            if (refused is not null)
            {
                return refused;
            }

            SetFiles(page, entries);
        }

        return SimulatorAnswer.Ok(NotionJson.Page(page, File));
    }

    public SimulatorAnswer CreatePage(string token, JsonObject body)
    {
        if (body["parent"]?["data_source_id"]?.GetValue<string>() is not { } source)
        {
            return SimulatorAnswer.Invalid("body failed validation: body.parent.data_source_id should be defined, instead was undefined.");
        }

        if (Dashed(source) != SimulatorState.DataSource)
        {
            return SimulatorAnswer.NotFound("data_source", source);
        }

        var title = string.Concat((body["properties"]?["Name"]?["title"] as JsonArray ?? []).Select(t => t?["text"]?["content"]?.GetValue<string>()));
        var (entries, refused) = Files(token, body["properties"]?["Files"]?["files"] as JsonArray ?? []);
        if (refused is not null)
        {
            return refused;
        }

        var page = new SimulatedPage { Id = state.NewId(), Title = title, DataSource = SimulatorState.DataSource, Created = state.Now };
        state.Pages.Add(page.Id, page);
        SetFiles(page, entries);
        return SimulatorAnswer.Ok(NotionJson.Page(page, File));
    }

    public static SimulatorAnswer Database(string id) => Dashed(id) != SimulatorState.Database ? SimulatorAnswer.NotFound("database", id) : SimulatorAnswer.Ok(new JsonObject
    {
        ["object"] = "database",
        ["id"] = SimulatorState.Database,
        ["title"] = new JsonArray(NotionJson.RichText("A database")),
        ["in_trash"] = false,
        ["data_sources"] = new JsonArray(new JsonObject { ["id"] = SimulatorState.DataSource, ["name"] = "A database" }),
    });

    public static SimulatorAnswer DataSource(string id) => Dashed(id) != SimulatorState.DataSource ? SimulatorAnswer.NotFound("data_source", id) : SimulatorAnswer.Ok(new JsonObject
    {
        ["object"] = "data_source",
        ["id"] = SimulatorState.DataSource,
        ["title"] = new JsonArray(NotionJson.RichText("A database")),
        ["parent"] = new JsonObject { ["type"] = "database_id", ["database_id"] = SimulatorState.Database },
        ["properties"] = new JsonObject
        {
            ["Name"] = new JsonObject { ["id"] = "title", ["name"] = "Name", ["type"] = "title", ["title"] = new JsonObject() },
            ["Files"] = new JsonObject { ["id"] = "files", ["name"] = "Files", ["type"] = "files", ["files"] = new JsonObject() },
        },
    });

    public SimulatorAnswer Query(string id, JsonObject body)
    {
        if (Dashed(id) != SimulatorState.DataSource)
        {
            return SimulatorAnswer.NotFound("data_source", id);
        }

        var title = body["filter"]?["title"]?["equals"]?.GetValue<string>();
        var rows = state.Pages.Values.Where(p => p.DataSource is not null && (title is null || p.Title == title)).Reverse().Take(100);
        return SimulatorAnswer.Ok(NotionJson.List(rows.Select(p => NotionJson.Page(p, File)), null, "page_or_data_source"));
    }

    public SimulatorAnswer Search(JsonObject body)
    {
        var query = body["query"]?.GetValue<string>() ?? "";
        var pages = state.Pages.Values.Where(p => p.Title.Contains(query, StringComparison.OrdinalIgnoreCase)).Take(100);
        return SimulatorAnswer.Ok(NotionJson.List(pages.Select(p => NotionJson.Page(p, File)), null, "page_or_data_source"));
    }

    /// <summary>A signed-looking address that ends an hour from now.</summary>
    private JsonObject File(string uploadId)
    {
        var upload = state.Uploads[uploadId];
        var until = state.Now.AddHours(1);
        var url = new Uri(address, $"/files/{upload.Id}/{Uri.EscapeDataString(upload.FileName ?? "file")}?X-Amz-Expires=3600&X-Amz-Until={until.ToUnixTimeSeconds()}&X-Amz-Signature={upload.Id[..8]}&x-id=GetObject");
        return new JsonObject { ["url"] = url.AbsoluteUri, ["expiry_time"] = NotionJson.Time(until) };
    }

    private (List<SimulatedFile> Entries, SimulatorAnswer? Refused) Files(string token, JsonArray files)
    {
        var entries = new List<SimulatedFile>();
        foreach (var file in files)
        {
            var name = file?["name"]?.GetValue<string>();
            if (file?["file_upload"]?["id"]?.GetValue<string>() is { } given)
            {
                var id = Dashed(given);
                if (Attachable(id, token) is { } refused)
                {
                    return (entries, refused);
                }

                entries.Add(new SimulatedFile(name ?? state.Uploads[id].FileName ?? "file", id, null));
            }
            else if (file?["external"]?["url"]?.GetValue<string>() is { } external)
            {
                entries.Add(new SimulatedFile(name ?? external, null, external));
            }
            else if (file?["file"]?["url"]?.GetValue<string>() is { } hosted && Uri.TryCreate(hosted, UriKind.Absolute, out var uri) && uri.Segments is [_, "files/", var kept, ..] && state.Uploads.ContainsKey(kept.TrimEnd('/')))
            {
                entries.Add(new SimulatedFile(name ?? "file", kept.TrimEnd('/'), null));
            }
            else
            {
                return (entries, SimulatorAnswer.Invalid("body failed validation: a file must be a file_upload, an external or a file."));
            }
        }

        return entries.Count > 100 ? (entries, SimulatorAnswer.Invalid("body failed validation: files.length should be at most 100.")) : (entries, null);
    }

    private void SetFiles(SimulatedPage page, List<SimulatedFile> entries)
    {
        var before = page.Files.Select(f => f.FileUploadId).ToHashSet();
        page.Files = entries;
        foreach (var entry in entries.Where(e => e.FileUploadId is not null && !before.Contains(e.FileUploadId)))
        {
            Attached(entry.FileUploadId!, new SimulatedAttachment(page.Id, null, "Files"));
        }
    }

    private SimulatorAnswer? Attachable(string id, string token) =>
        state.Find(id, token) is { Status: "uploaded" } upload && state.Now >= upload.CompletedAt + state.Options.NotReady
            ? null
            : SimulatorAnswer.Error(404, "object_not_found", $"Could not find file_upload with ID: {id}. Make sure its status is `uploaded` and that the integration may insert content.");

    private void Attached(string id, SimulatedAttachment attachment)
    {
        var upload = state.Uploads[id];
        upload.Attachments.Add(attachment);
        upload.AttachedAt ??= state.Now;
        if (state.Options.LateExpiry == TimeSpan.Zero)
        {
            upload.Expiry = null;
        }
    }

    private SimulatedPage? FindPage(string id) => state.Pages.GetValueOrDefault(Dashed(id));

    private static string? Caption(JsonNode? caption)
    {
        var text = string.Concat((caption as JsonArray ?? []).Select(t => t?["text"]?["content"]?.GetValue<string>()));
        return text.Length == 0 ? null : text;
    }

    public static string Dashed(string id) => Guid.TryParse(id, out var guid) ? guid.ToString("D") : id;
}

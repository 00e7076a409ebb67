using System.Text.Json.Nodes;
using Sluice.Simulator.Serving;
using Sluice.Simulator.State;

namespace Sluice.Simulator.Workspace;

/// <summary>The shapes of pages, blocks, databases and data sources, as a version has them. Called under the state's lock.</summary>
internal sealed class WorkspaceJson(SimulatorState state, Uri address, SimulatedCall call)
{
    public JsonObject Block(SimulatedBlock block)
    {
        var media = new JsonObject { ["caption"] = NotionJson.RichText(block.Caption) };
        Put(media, block.File);
        if (block.Type == "file")
        {
            media["name"] = block.File.Name;
        }

        var json = new JsonObject
        {
            ["object"] = "block",
            ["id"] = block.Id,
            ["parent"] = new JsonObject { ["type"] = "page_id", ["page_id"] = block.Parent },
            ["created_time"] = NotionJson.Minute(block.Created),
            ["last_edited_time"] = NotionJson.Minute(block.Edited),
            ["created_by"] = NotionJson.PartialUser(block.Token),
            ["last_edited_by"] = NotionJson.PartialUser(block.Token),
            ["has_children"] = false,
        };
        Trash(json, block.InTrash);
        json["type"] = block.Type;
        json[block.Type] = media;
        return json;
    }

    public JsonObject Page(SimulatedPage page)
    {
        var json = new JsonObject
        {
            ["object"] = "page",
            ["id"] = page.Id,
            ["created_time"] = NotionJson.Minute(page.Created),
            ["last_edited_time"] = NotionJson.Minute(page.Edited),
            ["created_by"] = NotionJson.PartialUser(page.Token),
            ["last_edited_by"] = NotionJson.PartialUser(page.Token),
            ["cover"] = page.Cover is { } cover ? Put([], cover) : null,
            ["icon"] = page.Icon is { } icon ? Put([], icon) : page.Emoji is { } emoji ? new JsonObject { ["type"] = "emoji", ["emoji"] = emoji } : null,
            ["parent"] = Parent(page),
        };
        Trash(json, page.InTrash);
        json["is_archived"] = page.IsArchived;
        json["is_locked"] = page.IsLocked;
        json["properties"] = Properties(page);
        json["url"] = $"https://app.notion.com/p/{page.Id.Replace("-", "", StringComparison.Ordinal)}";
        json["public_url"] = null;
        return json;
    }

    public JsonObject Database()
    {
        var json = new JsonObject
        {
            ["object"] = "database",
            ["id"] = SimulatedWorkspace.Database,
            ["created_time"] = NotionJson.Minute(state.Workspace.Created),
            ["last_edited_time"] = NotionJson.Minute(state.Workspace.Created),
            ["title"] = NotionJson.RichText(SimulatedWorkspace.DatabaseTitle),
            ["description"] = new JsonArray(),
            ["icon"] = null,
            ["cover"] = null,
            ["parent"] = new JsonObject { ["type"] = "workspace", ["workspace"] = true },
            ["is_inline"] = false,
        };
        Trash(json, inTrash: false);
        json["url"] = $"https://app.notion.com/p/{SimulatedWorkspace.Database.Replace("-", "", StringComparison.Ordinal)}";
        json["public_url"] = null;
        if (call.HasDataSources)
        {
            json["data_sources"] = new JsonArray(new JsonObject { ["id"] = SimulatedWorkspace.DataSource, ["name"] = SimulatedWorkspace.DatabaseTitle });
        }
        else
        {
            json["properties"] = Schema();
        }

        return json;
    }

    public JsonObject DataSource()
    {
        var json = new JsonObject
        {
            ["object"] = "data_source",
            ["id"] = SimulatedWorkspace.DataSource,
            ["created_time"] = NotionJson.Minute(state.Workspace.Created),
            ["last_edited_time"] = NotionJson.Minute(state.Workspace.Created),
            ["title"] = NotionJson.RichText(SimulatedWorkspace.DatabaseTitle),
            ["description"] = new JsonArray(),
            ["icon"] = null,
            ["parent"] = new JsonObject { ["type"] = "database_id", ["database_id"] = SimulatedWorkspace.Database },
            ["database_parent"] = new JsonObject { ["type"] = "workspace", ["workspace"] = true },
        };
        Trash(json, inTrash: false);
        json["properties"] = Schema();
        json["url"] = $"https://app.notion.com/p/{SimulatedWorkspace.DataSource.Replace("-", "", StringComparison.Ordinal)}";
        return json;
    }

    private static JsonObject Schema() => new()
    {
        [SimulatedWorkspace.TitleProperty] = new JsonObject { ["id"] = "title", ["name"] = SimulatedWorkspace.TitleProperty, ["type"] = "title", ["title"] = new JsonObject() },
        [SimulatedWorkspace.FilesProperty] = new JsonObject { ["id"] = SimulatedWorkspace.FilesPropertyId, ["name"] = SimulatedWorkspace.FilesProperty, ["type"] = "files", ["files"] = new JsonObject() },
    };

    private JsonObject Properties(SimulatedPage page)
    {
        var title = new JsonObject { ["id"] = "title", ["type"] = "title", ["title"] = NotionJson.RichText(page.Title) };
        return !page.IsRow ? new JsonObject { ["title"] = title } : new JsonObject
        {
            [SimulatedWorkspace.TitleProperty] = title,
            [SimulatedWorkspace.FilesProperty] = new JsonObject
            {
                ["id"] = SimulatedWorkspace.FilesPropertyId,
                ["type"] = "files",
                ["files"] = new JsonArray([.. page.Files.Select(file => (JsonNode)Put(new JsonObject { ["name"] = file.Name }, file))]),
            },
        };
    }

    private JsonObject Parent(SimulatedPage page) =>
        page.ParentPage is { } parent ? new JsonObject { ["type"] = "page_id", ["page_id"] = parent }
        : !page.IsRow ? new JsonObject { ["type"] = "workspace", ["workspace"] = true }
        : !call.HasDataSources ? new JsonObject { ["type"] = "database_id", ["database_id"] = SimulatedWorkspace.Database }
        : new JsonObject { ["type"] = "data_source_id", ["data_source_id"] = SimulatedWorkspace.DataSource, ["database_id"] = SimulatedWorkspace.Database };

    /// <summary>An uploaded file comes back as a file with an address that is signed anew; <c>file_upload</c> is for requests only.</summary>
    private JsonObject Put(JsonObject into, SimulatedFile file)
    {
        if (file.FileUploadId is { } id)
        {
            into["type"] = "file";
            into["file"] = new JsonObject { ["url"] = state.Signer.Sign(state.Uploads[id], address, state.Now), ["expiry_time"] = NotionJson.Time(state.Now + Signer.Life) };
        }
        else
        {
            into["type"] = "external";
            into["external"] = new JsonObject { ["url"] = file.ExternalUrl };
        }

        return into;
    }

    private void Trash(JsonObject json, bool inTrash)
    {
        json["in_trash"] = inTrash;
        if (!call.IsLatest)
        {
            json["archived"] = inTrash;
        }
    }
}

using System.Text.Json.Nodes;
using Sluice.Simulator.Serving;
using Sluice.Simulator.State;

namespace Sluice.Simulator.Workspace;

/// <summary>The rules of pages and rows: create, read, change. Called under the state's lock.</summary>
internal sealed class PageCalls(SimulatorState state, SimulatedCall call, WorkspaceJson json)
{
    private readonly BodyCheck _check = new();

    /// <summary>A workspace whose blocks are used up makes no more; what changes a page still works.</summary>
    public static SimulatorAnswer? BlockLimit(SimulatorState state) => !state.Switches.BlockLimit ? null
        : SimulatorAnswer.Error(403, "restricted_resource", "This workspace has reached its block limit.", new JsonObject { ["block_limit"] = "block_creation" });

    public SimulatorAnswer Retrieve() =>
        state.Workspace.FindPage(call.Id) is { } page ? SimulatorAnswer.Ok(json.Page(page)) : SimulatorAnswer.NotFound("page", call.Id);

    public SimulatorAnswer Create(JsonObject body)
    {
        if (BlockLimit(state) is { } used)
        {
            return used;
        }

        var media = new MediaReader(state, call, _check);
        _check.Only(body, "body", "parent", "properties", "icon", "cover", "children");
        var (row, parent) = Parent(_check.Object(body, "parent", "body", required: true));
        var page = new SimulatedPage { Id = state.NewId(), IsRow = row, ParentPage = parent, Token = call.Token, Created = state.Now, Edited = state.Now };
        var change = Change(page, body, media);
        var blocks = BlockCalls.Children(_check, media, body, "children", page.Id, required: false);
        if (_check.Refused is { } refused)
        {
            return refused;
        }

        state.Workspace.Add(page);
        change();
        page.Blocks.AddRange(blocks);
        foreach (var block in blocks)
        {
            Attachments.Add(state, block.File, new SimulatedAttachment(page.Id, block.Id, null));
        }

        return SimulatorAnswer.Ok(json.Page(page)) with { Made = page.Id };
    }

    public SimulatorAnswer Update(JsonObject body)
    {
        if (state.Workspace.FindPage(call.Id) is not { } page)
        {
            return SimulatorAnswer.NotFound("page", call.Id);
        }

        _check.Only(body, "body", call.IsLatest
            ? ["properties", "icon", "cover", "in_trash", "is_archived", "is_locked"]
            : ["properties", "icon", "cover", "in_trash", "archived", "is_archived", "is_locked"]);
        var change = Change(page, body, new MediaReader(state, call, _check));
        var trash = _check.Flag(body, "in_trash", "body") ?? _check.Flag(body, "archived", "body");
        var archived = _check.Flag(body, "is_archived", "body");
        var locked = _check.Flag(body, "is_locked", "body");
        if (_check.Refused is { } refused)
        {
            return refused;
        }

        change();
        page.InTrash = trash ?? page.InTrash;
        page.IsArchived = archived ?? page.IsArchived;
        page.IsLocked = locked ?? page.IsLocked;
        page.Edited = state.Now;
        return SimulatorAnswer.Ok(json.Page(page)) with { Made = page.Id };
    }

    /// <summary>Reads properties, icon and cover; what is returned carries the change out, once nothing is wrong.</summary>
    private Action Change(SimulatedPage page, JsonObject body, MediaReader media)
    {
        var change = Properties(page, _check.Object(body, "properties", "body"), media);
        var icon = _check.Object(body, "icon", "body");
        var emoji = icon?["emoji"] is not null;
        if (emoji)
        {
            _check.Only(icon!, "body.icon", "type", "emoji");
        }

        var image = emoji ? null : media.Image(icon, "body.icon");
        var cover = media.Image(_check.Object(body, "cover", "body"), "body.cover");
        var letter = emoji ? _check.Text(icon, "emoji", "body.icon") : null;
        return () =>
        {
            change();
            if (body.ContainsKey("icon"))
            {
                (page.Icon, page.Emoji) = (image, letter);
                Attach(image, page, "icon");
            }

            if (body.ContainsKey("cover"))
            {
                page.Cover = cover;
                Attach(cover, page, "cover");
            }
        };
    }

    /// <summary>Properties go by name or id, and their objects are closed.</summary>
    private Action Properties(SimulatedPage page, JsonObject? properties, MediaReader media)
    {
        string? title = null;
        IReadOnlyList<SimulatedFile>? files = null;
        foreach (var (name, value) in properties ?? [])
        {
            var path = $"body.properties.{name}";
            var isTitle = name == "title" || (page.IsRow && name == SimulatedWorkspace.TitleProperty);
            var isFiles = page.IsRow && name is SimulatedWorkspace.FilesProperty or SimulatedWorkspace.FilesPropertyId;
            if (!isTitle && !isFiles)
            {
                _check.Refuse(SimulatorAnswer.Invalid($"{name} is not a property that exists."));
            }
            else if (value is not JsonObject property)
            {
                _check.Refuse($"{path} should be an object.");
            }
            else
            {
                var type = isTitle ? "title" : "files";
                _check.Only(property, path, "id", "type", type);
                _check.OneOf(property, "type", path, required: false, type);
                var array = _check.Array(property, type, path, required: true);
                title = isTitle ? media.RichText(array, $"{path}.title") : title;
                files = isFiles ? media.Entries(array, $"{path}.files") : files;
            }
        }

        return () =>
        {
            page.Title = title ?? page.Title;
            if (files is not null)
            {
                SetFiles(page, files);
            }
        };
    }

    /// <summary>The array replaces the property; an upload that was there before is not attached again.</summary>
    private void SetFiles(SimulatedPage page, IReadOnlyList<SimulatedFile> files)
    {
        var before = page.Files.Select(f => f.FileUploadId).ToHashSet();
        page.Files = files;
        foreach (var file in files.Where(f => !before.Contains(f.FileUploadId)))
        {
            Attach(file, page, SimulatedWorkspace.FilesProperty);
        }
    }

    private void Attach(SimulatedFile? file, SimulatedPage page, string property)
    {
        if (file is not null)
        {
            Attachments.Add(state, file, new SimulatedAttachment(page.Id, null, property));
        }
    }

    /// <summary>A row goes under a data source, before data sources were there under the database; a page under a page.</summary>
    private (bool Row, string? Page) Parent(JsonObject? parent)
    {
        if (parent is null)
        {
            return (false, null);
        }

        var rows = call.HasDataSources ? "data_source_id" : "database_id";
        _check.Only(parent, "body.parent", "type", rows, "page_id");
        if (parent.ContainsKey("page_id"))
        {
            _check.OneOf(parent, "type", "body.parent", required: false, "page_id");
            var page = _check.Id(parent, "page_id", "body.parent");
            _check.Refuse(page is null || state.Workspace.FindPage(page) is not null ? null : SimulatorAnswer.NotFound("page", page));
            return (false, page);
        }

        _check.OneOf(parent, "type", "body.parent", required: false, rows);
        var id = _check.Id(parent, rows, "body.parent", required: true);
        var known = call.HasDataSources ? SimulatedWorkspace.DataSource : SimulatedWorkspace.Database;
        _check.Refuse(id is null || id == known ? null : SimulatorAnswer.NotFound(call.HasDataSources ? "data_source" : "database", id));
        return (true, null);
    }
}

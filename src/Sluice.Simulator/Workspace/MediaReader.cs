using System.Text;
using System.Text.Json.Nodes;
using Sluice.Simulator.Serving;
using Sluice.Simulator.State;
using Sluice.Simulator.Uploads;

namespace Sluice.Simulator.Workspace;

/// <summary>Reads the files of a body, and judges whether each may stand where it is put. Called under the state's lock.</summary>
internal sealed class MediaReader(SimulatorState state, SimulatedCall call, BodyCheck check)
{
    private const int MaxText = 2000;
    private static readonly string[] MediaTypes = ["image", "video", "audio", "pdf", "file"];
    private static readonly string[] Kinds = ["file_upload", "external", "file"];

    /// <summary>A media block, not yet placed anywhere; null: refused.</summary>
    public SimulatedBlock? NewBlock(JsonNode? child, string path, string parent)
    {
        if (child is not JsonObject block || MediaTypes.FirstOrDefault(block.ContainsKey) is not { } type)
        {
            check.Refuse($"{path} should be a block of type {string.Join(", ", MediaTypes)}; the simulator has no others (docs/simulator.md).");
            return null;
        }

        check.Only(block, path, "object", "type", type);
        check.OneOf(block, "object", path, required: false, "block");
        check.OneOf(block, "type", path, required: false, type);
        var media = check.Object(block, type, path, required: true);
        return Media(media, $"{path}.{type}", type, required: true) is not { } file ? null : new SimulatedBlock
        {
            Id = state.NewId(),
            Parent = parent,
            Type = type,
            Token = call.Token,
            Created = state.Now,
            Edited = state.Now,
            File = file,
            Caption = Caption(media, $"{path}.{type}"),
        };
    }

    /// <summary>The file of a media block's type object; null: refused, or none where none is required.</summary>
    public SimulatedFile? Media(JsonObject? media, string path, string type, bool required)
    {
        if (media is null)
        {
            return null;
        }

        check.Only(media, path, type == "file" ? ["type", "file_upload", "external", "caption", "name"] : ["type", "file_upload", "external", "caption"]);
        var file = File(media, path, hosted: false, required, only: type == "file" ? null : type);
        var name = check.Text(media, "name", path);
        return file is null ? null : file with { Name = name ?? file.Name };
    }

    public string? Caption(JsonObject? media, string path) => RichText(check.Array(media, "caption", path), $"{path}.caption");

    /// <summary>An array of rich text; the simulator keeps its letters.</summary>
    public string? RichText(JsonArray? array, string path)
    {
        if (array is null)
        {
            return null;
        }

        var all = new StringBuilder();
        for (var i = 0; i < array.Count; i++)
        {
            var here = $"{path}[{i}]";
            if (array[i] is not JsonObject element)
            {
                check.Refuse($"{here} should be an object.");
                continue;
            }

            check.Only(element, here, "type", "text", "annotations", "plain_text", "href");
            check.OneOf(element, "type", here, required: false, "text");
            var text = check.Object(element, "text", here, required: true);
            if (text is not null)
            {
                check.Only(text, $"{here}.text", "content", "link");
            }

            all.Append(check.Text(text, "content", $"{here}.text", required: true, most: MaxText));
        }

        return all.ToString();
    }

    /// <summary>The entries of a files property.</summary>
    public IReadOnlyList<SimulatedFile> Entries(JsonArray? files, string path)
    {
        var entries = new List<SimulatedFile>();
        for (var i = 0; i < (files?.Count ?? 0); i++)
        {
            var here = $"{path}[{i}]";
            if (files![i] is not JsonObject entry)
            {
                check.Refuse($"{here} should be an object.");
                continue;
            }

            check.Only(entry, here, "type", "name", "file_upload", "external", "file");
            if (File(entry, here, hosted: true, required: true, only: null) is { } file)
            {
                var name = check.Text(entry, "name", here, required: file.FileUploadId is null || entry.ContainsKey("file"));
                entries.Add(file with { Name = name ?? file.Name });
            }
        }

        return entries;
    }

    /// <summary>An icon or a cover: an image, where it is an upload.</summary>
    public SimulatedFile? Image(JsonObject? json, string path)
    {
        if (json is not null)
        {
            check.Only(json, path, "type", "file_upload", "external");
        }

        return json is null ? null : File(json, path, hosted: false, required: true, only: "image");
    }

    private SimulatedFile? File(JsonObject from, string path, bool hosted, bool required, string? only)
    {
        var kind = Kinds.FirstOrDefault(k => from[k] is not null && (hosted || k != "file"));
        if (kind is null)
        {
            if (required)
            {
                check.Refuse($"{path}.file_upload should be defined, instead was `undefined`.");
            }

            return null;
        }

        check.OneOf(from, "type", path, required: false, kind);
        var inner = check.Object(from, kind, path);
        return kind switch
        {
            "file_upload" => Upload(inner, $"{path}.file_upload", only),
            "external" => External(inner, $"{path}.external"),
            _ => Hosted(inner, $"{path}.file"),
        };
    }

    private SimulatedFile? Upload(JsonObject? json, string path, string? only)
    {
        if (json is not null)
        {
            check.Only(json, path, "id");
        }

        if (check.Id(json, "id", path, required: true) is not { } id)
        {
            return null;
        }

        if (state.Find(id, call.Token) is not { Status: "uploaded" } upload || state.Now < upload.CompletedAt + state.Switches.NotReady)
        {
            check.Refuse(SimulatorAnswer.Error(state.Switches.NotAttachableStatus, "object_not_found",
                $"Could not find file_upload with ID: {id}. Make sure its status is `uploaded` and that this connection may insert or update content."));
            return null;
        }

        var category = TypeTable.Category(upload.ContentType, upload.FileName);
        if (only is not null && only != category)
        {
            check.Refuse(SimulatorAnswer.Invalid($"The file upload {id} has a type of `{(category == "pdf" ? "productivity" : category)}`, but only {only} files are expected here."));
            return null;
        }

        return new SimulatedFile(id, null, upload.FileName);
    }

    private SimulatedFile? External(JsonObject? json, string path)
    {
        if (json is not null)
        {
            check.Only(json, path, "url");
        }

        return check.Text(json, "url", path, required: true) is { } url ? new SimulatedFile(null, url, null) : null;
    }

    /// <summary>A file that is there already, named by an address that Notion signed.</summary>
    private SimulatedFile? Hosted(JsonObject? json, string path)
    {
        if (json is not null)
        {
            check.Only(json, path, "url", "expiry_time");
        }

        if (check.Text(json, "url", path, required: true) is not { } url)
        {
            return null;
        }

        var id = Uri.TryCreate(url, UriKind.Absolute, out var uri) ? Signer.ObjectOf(uri.AbsolutePath) : null;
        if (state.Uploads.Values.FirstOrDefault(u => u.ObjectId == id) is { } upload)
        {
            return new SimulatedFile(upload.Id, null, upload.FileName);
        }

        check.Refuse($"{path}.url should be the address of a file that Notion hosts.");
        return null;
    }
}

using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Sluice.Simulator;

/// <summary>The rules of the file upload calls. Called under the state's lock.</summary>
internal sealed class UploadCalls(SimulatorState state, Uri address)
{
    private const long MinPart = 5L << 20;
    private const long MaxPart = 20L << 20;

    public SimulatorAnswer Create(string token, string version, JsonObject body)
    {
        var mode = Text(body, "mode") ?? "single_part";
        var name = Text(body, "filename");
        var type = Text(body, "content_type");
        if (mode is not ("single_part" or "multi_part"))
        {
            return SimulatorAnswer.Invalid("body failed validation: body.mode should be `\"single_part\"` or `\"multi_part\"`.");
        }

        var parts = body["number_of_parts"] is JsonValue number && number.TryGetValue<int>(out var n) ? n : (int?)null;
        if (mode == "multi_part" && (name is null || parts is null))
        {
            return SimulatorAnswer.Invalid("body failed validation: body.filename and body.number_of_parts should be defined for mode multi_part.");
        }

        if (parts is < 1 or > 10_000)
        {
            return SimulatorAnswer.Invalid("body failed validation: body.number_of_parts should be between 1 and 10000.");
        }

        if (mode == "multi_part" && state.Options.Plan == "free")
        {
            return SimulatorAnswer.Invalid("Multi-part file uploads are not available on the free plan.");
        }

        if (name is not null && Encoding.UTF8.GetByteCount(name) > 900)
        {
            return SimulatorAnswer.Invalid("body failed validation: body.filename should be at most 900 bytes.");
        }

        if (name is not null && !TypeTable.KnowsExtension(name) && (type is null || name.Contains('.', StringComparison.Ordinal)))
        {
            return SimulatorAnswer.Invalid("Provided `filename` has an extension that is not supported for the File Upload API.");
        }

        if (type is not null && !TypeTable.KnowsType(type.Split(';')[0]))
        {
            return SimulatorAnswer.Invalid($"The content type {type} is not supported for the File Upload API.");
        }

        var first = name is not null && state.SeenFiles.Add($"{token}/{name}");
        var upload = new SimulatedUpload
        {
            Id = state.NewId(),
            Ordinal = state.Uploads.Count + 1,
            Token = token,
            Multi = mode == "multi_part",
            PartsTotal = parts,
            Created = state.Now,
            Expiry = state.Now + state.Options.Lifetime,
            FileName = name,
            ContentType = type ?? (name is null ? null : TypeTable.Infer(name)),
            Doomed = first && state.Profile == "forgetful" && mode == "multi_part",
        };
        state.Uploads.Add(upload.Id, upload);
        return SimulatorAnswer.Ok(NotionJson.Upload(upload, address, version));
    }

    /// <summary>Whether a send can be taken at all, before its body is looked at.</summary>
    public static SimulatorAnswer? RefuseSend(SimulatedUpload upload) => upload.Status switch
    {
        "pending" => null,
        "expired" => SimulatorAnswer.Invalid("This file upload has expired. Please create a new file upload."),
        _ => SimulatorAnswer.Invalid($"This file upload is not in a pending state: its status is {upload.Status}."),
    };

    /// <summary>Keeps what a send brought.</summary>
    public SimulatorAnswer Send(SimulatedUpload upload, string version, ReceivedForm form)
    {
        if (RefuseSend(upload) is { } refused)
        {
            return refused;
        }

        if (form.File is not { } file)
        {
            return SimulatorAnswer.Invalid("body failed validation: body.file should be defined, instead was undefined.");
        }

        if (file.Length is 0 or > MaxPart)
        {
            return SimulatorAnswer.Invalid("The file's content must be between 1 byte and 20 MiB in a single request.");
        }

        var number = 1;
        if (upload.Multi)
        {
            if (!int.TryParse(form.PartNumber, NumberStyles.None, CultureInfo.InvariantCulture, out number) || number < 1 || number > Math.Min(upload.PartsTotal!.Value, 1000))
            {
                return SimulatorAnswer.Invalid($"body failed validation: body.part_number should be between 1 and {Math.Min(upload.PartsTotal!.Value, 1000)}.");
            }

            if (number < upload.PartsTotal && file.Length < MinPart)
            {
                return SimulatorAnswer.Invalid("Every part but the last must be at least 5 MiB.");
            }
        }
        else if (form.PartNumber is not null)
        {
            return SimulatorAnswer.Invalid("body failed validation: body.part_number should be not present.");
        }

        var others = upload.Parts.Where(p => p.Key != number).Sum(p => p.Value.Length);
        if (others + file.Length > state.MaxFileSize)
        {
            return SimulatorAnswer.Invalid("The file is larger than this workspace's limit.");
        }

        if (!upload.Multi)
        {
            upload.FileName ??= form.FileName;
            upload.ContentType ??= form.ContentType;
        }

        if (upload.Parts.TryGetValue(number, out var old))
        {
            File.Delete(old.File);
        }

        upload.Parts[number] = file with { Number = number };
        upload.Sends[number] = upload.Sends.GetValueOrDefault(number) + 1;
        upload.WholeSha256 = null;
        if (!upload.Multi)
        {
            (upload.Status, upload.CompletedAt) = ("uploaded", state.Now);
        }
        else if (upload.Doomed && upload.Parts.Count >= (upload.PartsTotal!.Value + 1) / 2)
        {
            SimulatorState.Forget(upload);
        }

        form.Keep();
        return SimulatorAnswer.Ok(NotionJson.Upload(upload, address, version));
    }

    public SimulatorAnswer Complete(SimulatedUpload upload, string version)
    {
        if (RefuseSend(upload) is { } refused)
        {
            return refused;
        }

        if (!upload.Multi)
        {
            return SimulatorAnswer.Invalid("Only multi_part file uploads can be completed.");
        }

        for (var number = 1; number <= upload.PartsTotal; number++)
        {
            if (!upload.Parts.ContainsKey(number))
            {
                return SimulatorAnswer.Invalid($"Expected {upload.PartsTotal} parts to be sent before completing the upload. Send part number {number} next.");
            }
        }

        (upload.Status, upload.CompletedAt) = ("uploaded", state.Now);
        return SimulatorAnswer.Ok(NotionJson.Upload(upload, address, version));
    }

    public SimulatorAnswer List(string token, string version, string? status, string? cursor, int size)
    {
        var all = state.Uploads.Values.Where(u => u.Token == token).Select(u => state.Find(u.Id, token)!).Where(u => status is null || u.Status == status).Reverse().ToList();
        var from = cursor is null ? 0 : all.FindIndex(u => u.Id == cursor);
        if (from < 0)
        {
            return SimulatorAnswer.Invalid("The start_cursor provided is invalid.");
        }

        var page = all.Skip(from).Take(size).Select(u => NotionJson.Upload(u, address, version));
        return SimulatorAnswer.Ok(NotionJson.List(page, all.Count > from + size ? all[from + size].Id : null, "file_upload"));
    }

    private static string? Text(JsonObject body, string name) => body[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}

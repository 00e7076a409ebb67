using System.Globalization;
using Sluice.Simulator.Serving;
using Sluice.Simulator.State;

namespace Sluice.Simulator.Uploads;

/// <summary>The rules of a send, and what it leaves. Called under the state's lock.</summary>
internal sealed class SendRules(SimulatorState state)
{
    private const long MinPart = 5L << 20;

    /// <summary>Whether an upload can still be sent to or completed.</summary>
    public static SimulatorAnswer? NotPending(SimulatedUpload upload) => upload.Status switch
    {
        "pending" => null,
        "expired" => SimulatorAnswer.Invalid("This file upload has expired. Please create a new file upload."),
        _ => SimulatorAnswer.Invalid($"This file upload is not in a pending state: its status is `{upload.Status}`."),
    };

    public static bool IsTooSmall(int number, long length, SimulatedUpload upload) => number < upload.PartsTotal && length < MinPart;

    public static SimulatorAnswer TooLarge(long limit) => SimulatorAnswer.Invalid(string.Create(CultureInfo.InvariantCulture, $"The file is larger than this workspace's limit of {limit} bytes."));

    /// <summary>The number of the part that a form brings.</summary>
    public static int? Number(ReceivedForm form) => int.TryParse(form.PartNumber, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>Keeps what a send brought, or says why not.</summary>
    public SimulatorAnswer? Keep(SimulatedUpload upload, ReceivedForm form)
    {
        var number = Number(form) ?? 1;
        var refused = NotPending(upload) ?? RefuseFile(form) ?? RefuseNumber(upload, form) ?? RefuseLength(upload, number, form.FileLength) ?? RefuseType(upload, form);
        if (refused is not null)
        {
            return refused;
        }

        if (!upload.Multi)
        {
            if (Name(upload, form) is { } unnamed)
            {
                return unnamed;
            }
        }

        Store(upload, form.File! with { Number = number });
        form.Keep();
        return null;
    }

    private void Store(SimulatedUpload upload, SimulatedPart part)
    {
        if (upload.Parts.TryGetValue(part.Number, out var old))
        {
            old.Delete();
            upload.Whole!.ReplacedLocked(old, part);
        }

        upload.Parts[part.Number] = part;
        upload.Sends[part.Number] = upload.Sends.GetValueOrDefault(part.Number) + 1;
        upload.BytesTaken += part.Length;
        if (!upload.Multi)
        {
            state.Finish(upload);
        }
    }

    private static SimulatorAnswer? RefuseFile(ReceivedForm form) =>
        form is { File: null, FileLength: 0 } ? SimulatorAnswer.Invalid("body failed validation: body.file should be defined, instead was `undefined`.")
        : form.FileLength > FormReader.MaxFile ? SimulatorAnswer.Invalid("The file's content is too large for a single request: it may have 20 MiB.")
        : form.FileLength == 0 ? SimulatorAnswer.Invalid("The file's content is empty.")
        : null;

    private SimulatorAnswer? RefuseNumber(SimulatedUpload upload, ReceivedForm form)
    {
        if (!upload.Multi)
        {
            return form.PartNumber is null ? null : SimulatorAnswer.Invalid($"body failed validation: body.part_number should be not present, instead was `\"{form.PartNumber}\"`.");
        }

        var most = Math.Min(upload.PartsTotal!.Value, state.Switches.MaxPartNumber);
        return Number(form) is { } number && number >= 1 && number <= most
            ? null
            : SimulatorAnswer.Invalid($"body failed validation: body.part_number should be a number from 1 to {most}, instead was `{(form.PartNumber is null ? "undefined" : $"\"{form.PartNumber}\"")}`.");
    }

    private SimulatorAnswer? RefuseLength(SimulatedUpload upload, int number, long length)
    {
        if (!state.Switches.SmallPartsUntilComplete && IsTooSmall(number, length, upload))
        {
            return SimulatorAnswer.Invalid("Every part but the last must be at least 5 MiB.");
        }

        var others = upload.Parts.Values.Where(p => p.Number != number).Sum(p => p.Length);
        return others + length > state.Switches.MaxFileSize ? TooLarge(state.Switches.MaxFileSize) : null;
    }

    /// <summary>The type of the form's file is checked too; one that says nothing goes with parts only.</summary>
    private SimulatorAnswer? RefuseType(SimulatedUpload upload, ReceivedForm form)
    {
        if (form.ContentType is not { } type || (upload.Multi && TypeTable.IsUnknown(type)))
        {
            return null;
        }

        var name = upload.FileName ?? form.FileName ?? "";
        if (!TypeTable.KnowsType(type, state.Switches.OldTypes) && !(TypeTable.IsFree(name) && !TypeTable.IsUnknown(type)))
        {
            return NameRules.UnsupportedType(type);
        }

        var same = upload.ContentType is null || TypeTable.Bare(upload.ContentType).Equals(TypeTable.Bare(type), StringComparison.OrdinalIgnoreCase) || TypeTable.Agrees(name, type);
        return same ? null : SimulatorAnswer.Invalid($"The content type {type} does not match the file upload's content type {upload.ContentType}.");
    }

    /// <summary>A single part gives its upload what create did not.</summary>
    private SimulatorAnswer? Name(SimulatedUpload upload, ReceivedForm form)
    {
        if (upload.FileName is not null)
        {
            upload.ContentType ??= form.ContentType;
            return null;
        }

        if (string.IsNullOrEmpty(form.FileName))
        {
            return SimulatorAnswer.Invalid("body failed validation: body.file should have a filename, because the file upload has none.");
        }

        var (name, type, refused) = NameRules.Settle(form.FileName, upload.ContentType ?? form.ContentType, state.Switches.OldTypes);
        (upload.FileName, upload.ContentType) = refused is null ? (name, type) : (upload.FileName, upload.ContentType);
        return refused;
    }
}

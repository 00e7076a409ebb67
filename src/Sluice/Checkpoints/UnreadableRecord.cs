using Sluice.Errors;

namespace Sluice.Checkpoints;

/// <summary>A record that is there but was not understood.</summary>
internal sealed record UnreadableRecord(string Id, SluiceError Error)
{
    /// <summary>Why a record of this version cannot be read; null where it can.</summary>
    public static UnreadableRecord? OfVersion(string id, int version) => version switch
    {
        > UploadRecord.CurrentVersion => new(id, new(ErrorCodes.StateNewer,
            $"The record of upload {id} was written by a newer Sluice (record version {version}; this one reads {UploadRecord.CurrentVersion}). Use that version, or forget the upload with: sluice remove {id}")),
        < 1 => Corrupt(id, $"its version is {version}"),
        _ => null,
    };

    /// <summary>A record whose content makes no sense.</summary>
    public static UnreadableRecord Corrupt(string id, string why) => new(id, new(ErrorCodes.StateCorrupt,
        $"The record of upload {id} cannot be read: {why}. Forget it with: sluice remove {id}; then upload the file again."));

    /// <summary>The refusal as an exception.</summary>
    public SluiceException ToException() => new(Error);
}

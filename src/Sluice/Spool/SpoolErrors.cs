using Sluice.Errors;

namespace Sluice.Spool;

/// <summary>What the spool's failures say: what happened, why, what to do.</summary>
internal static class SpoolErrors
{
    public static SluiceError SwitchedOff() => new(ErrorCodes.BadRequest,
        "The input's length is not known before its end, so it has to be gathered on the disk first, and Features:Spool is off. Turn it on, or write the input to a file and upload that.");

    public static SluiceError NoDisk(string folder, string kind) => new(ErrorCodes.DiskFull,
        $"The spool folder '{folder}' is on {kind}, which is memory or the network and not a disk of this machine. Set Spool:Directory to a disk, or say with Spool:MaxBytes how much may be used there.");

    public static SluiceError OverLimit(SpoolFolder folder) => new(ErrorCodes.DiskFull,
        $"The input does not fit into the spool: Spool:MaxBytes is {folder.Space().Limit:N0} bytes{(folder.IsAutomatic ? " (auto: what the disk leaves)" : "")}, and {folder.Space().ReservedBytes + folder.Space().ElsewhereBytes:N0} are taken, this input's included. Raise Spool:MaxBytes, set Spool:Directory (now '{folder.Shown}') to a larger disk, or make room with sluice remove; then send the input again.");

    public static SluiceError Of(string folder, SpoolOutcome outcome) => outcome.Status switch
    {
        SpoolStatus.DiskFull => new(ErrorCodes.DiskFull, $"The disk of the spool folder '{folder}' is full. Free some space, or set Spool:Directory to another disk; then send the input again."),
        SpoolStatus.InUse => new(ErrorCodes.Locked, "Another process has this upload's bytes open: it is moving them. Wait for it to end, or stop it; then go on."),
        SpoolStatus.Missing => new(ErrorCodes.SourceMissing, $"The bytes gathered for this upload are not in the spool folder '{folder}' any more. Set Spool:Directory to where they were gathered, or send the input again."),
        _ => new(ErrorCodes.SourceMissing, $"The spool folder '{folder}' cannot be used: {outcome.Reason} Set Spool:Directory to another disk; then send the input again."),
    };

    public static SluiceError Torn(string uploadId, long there, long gathered) => new(ErrorCodes.SourceMissing,
        $"Of the {gathered:N0} bytes gathered for upload {uploadId} only {there:N0} are still whole: the machine went down before the rest was on the disk, or the file was cut. Send the input again.");

    public static SluiceError MadeRoom() => new(ErrorCodes.SourceMissing,
        "This upload stood still and its bytes had to make room in the spool for another. Send the input again; a larger Spool:MaxBytes keeps more.");

    public static SluiceError ClientMadeRoom() => new(ErrorCodes.Interrupted,
        "This upload stood still and its bytes had to make room in the spool for another. What Notion has is kept: ask for the offset and send the rest again; a larger Spool:MaxBytes keeps more.");

    public static SluiceError NotKept(SluiceError? why) => new(ErrorCodes.Interrupted,
        $"Spool:Keep is none, so nothing of the input is kept: send it again from its beginning.{(why is null ? "" : $" It was interrupted because: {why.Message}")}");

    public static SluiceError NotGathered() => new(ErrorCodes.Interrupted,
        "Stopped while the input was still being read; nothing of it was sent or kept. Send it again from its beginning.");
}

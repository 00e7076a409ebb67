namespace Sluice.Cli.Output;

/// <summary>One file's result as <c>--json</c> prints it; names and order are part of the interface (docs/cli.md).</summary>
internal sealed record ResultLine(
    string File,
    string? UploadId,
    string? FileUploadId,
    string Status,
    long? Bytes,
    int? Parts,
    string? Sha256,
    double? Seconds,
    long? BytesSent,
    int? Retries,
    long? ResumedFrom,
    string Target,
    AttachedLine? Attached,
    DateTimeOffset? Expires,
    ErrorLine? Error)
{
    public static ResultLine Of(string file, UploadResult result) => new(
        file,
        result.UploadId,
        result.FileUploadId,
        StatusOf(result),
        result.Bytes,
        result.Parts,
        result.Sha256,
        Math.Round(result.Elapsed.TotalSeconds, 3),
        result.BytesSent,
        result.Retries,
        result.ResumedFrom,
        result.Target,
        result is { PageId: null, BlockId: null, Url: null } ? null : new(result.PageId, result.BlockId, result.Url),
        result.Expires,
        ErrorLine.Of(result.Error));

    /// <summary>What ended before it had an id of ours, for a reason that trying again does not change, was refused, whatever the reason.</summary>
    private static string StatusOf(UploadResult result) => result.Status switch
    {
        UploadStatus.Done => "done",
        UploadStatus.Refused => "refused",
        _ when result.UploadId is null && ExitCode.Of(result) is ExitCode.NotStarted or ExitCode.OutsideLimits => "refused",
        UploadStatus.Interrupted => "interrupted",
        _ => "failed",
    };
}

using Microsoft.Extensions.Logging;

namespace Sluice.Diagnostics;

/// <summary>Log lines about attempts, ends and alerts; event ids 400 to 449. Codes and ids only, never an address or a token.</summary>
internal static partial class DiagnosticsLog
{
    [LoggerMessage(400, LogLevel.Information, "Upload {UploadId}, part {Part}: the time limit {Limit} ended an attempt (part 0: a call beside the parts)")]
    public static partial void TimeLimit(ILogger log, string uploadId, int part, string limit);

    [LoggerMessage(401, LogLevel.Debug, "Upload {UploadId}, part {Part}: an attempt failed with {Code}, status {Status} (0: no answer)")]
    public static partial void AttemptFailed(ILogger log, string uploadId, int part, string code, int status);

    [LoggerMessage(402, LogLevel.Warning, "Upload {UploadId}: the store refused a write because another process moves the upload now")]
    public static partial void FenceRefused(ILogger log, string uploadId);

    [LoggerMessage(403, LogLevel.Information, "Upload {UploadId} ended {Outcome} (error: {Code})")]
    public static partial void UploadEnded(ILogger log, string uploadId, string outcome, string code);

    [LoggerMessage(410, LogLevel.Warning, "Alert {Alert}: {Reason}")]
    public static partial void AlertRaised(ILogger log, string alert, string reason);

    [LoggerMessage(411, LogLevel.Information, "Alert {Alert} is over after {Seconds} s")]
    public static partial void AlertCleared(ILogger log, string alert, long seconds);

    [LoggerMessage(412, LogLevel.Warning, "The success rate cannot be read from the store: {Reason}")]
    public static partial void SuccessUnknown(ILogger log, string reason);
}

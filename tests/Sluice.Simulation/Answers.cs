using Sluice.Errors;
using Sluice.Notion;

namespace Sluice.Simulation;

/// <summary>What Notion, its edge or the network say when a call fails, as the client's parser would class it.</summary>
internal static class Answers
{
    public static NotionFailure Forgotten() => new(FailureClass.Forgotten, Error(ErrorCodes.UploadExpired, 404, "object_not_found", "Could not find file_upload."));

    /// <summary>An attach that does not find the upload.</summary>
    public static NotionFailure NotFound() => new(FailureClass.Forgotten, Error(ErrorCodes.UploadExpired, 404, "object_not_found", "Could not find file_upload with ID."));

    public static NotionFailure TooMany(TimeSpan wait, string reason) =>
        new(FailureClass.ToldToWait, Error(ErrorCodes.NotionUnreachable, 429, "rate_limited", "You have been rate limited.")) { RetryAfter = wait, RateLimitReason = reason };

    /// <summary>Notion's own 5xx, or a page of its edge without a code.</summary>
    public static NotionFailure ServerError(bool attaches, bool edge) =>
        new(attaches ? FailureClass.Ambiguous : FailureClass.Transient, Error(ErrorCodes.NotionUnreachable, 504, edge ? null : "gateway_timeout", "Gateway Timeout"));

    public static NotionFailure Lost(Call call) =>
        new(call.Sends ? FailureClass.Unknown : call.Attaches ? FailureClass.Ambiguous : FailureClass.Transient, new SluiceError(ErrorCodes.NotionUnreachable, "The connection broke."));

    public static NotionFailure TimedOut(Call call, ErrorCode limit) =>
        new(call.Attaches ? FailureClass.Ambiguous : FailureClass.Transient, new SluiceError(limit, limit.Meaning)) { TimedOut = true };

    public static SluiceError Error(ErrorCode code, int status, string? notionCode, string message) => new(code, message) { NotionStatus = status, NotionCode = notionCode };
}

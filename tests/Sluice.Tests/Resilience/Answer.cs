using Sluice.Errors;
using Sluice.Notion;

namespace Sluice.Tests.Resilience;

/// <summary>Answers of Notion as the typed client gives them.</summary>
internal static class Answer
{
    public static NotionResult<NotionFileUpload> Ok => new NotionFileUpload("u", NotionUploadStatus.Pending, null, null, null, null, null, null);

    public static NotionResult<NotionFileUpload> Status504 => Of(FailureClass.Transient, 504);

    public static NotionResult<NotionFileUpload> Broken => Of(FailureClass.Unknown);

    public static NotionResult<NotionFileUpload> Forgotten => Of(FailureClass.Forgotten, 404);

    public static NotionResult<NotionFileUpload> Refused => Of(FailureClass.Permanent, 400);

    public static NotionResult<NotionFileUpload> Unauthorized => Of(FailureClass.Credentials, 401);

    public static NotionResult<NotionFileUpload> Wait(double? seconds, int status = 429, string? reason = "public_api_request_rate_limit") =>
        Failure(FailureClass.ToldToWait, status) with { RetryAfter = seconds is { } s ? TimeSpan.FromSeconds(s) : null, RateLimitReason = reason };

    public static NotionResult<NotionFileUpload> Of(FailureClass kind, int? status = null) => Failure(kind, status);

    public static NotionFailure Failure(FailureClass kind, int? status = null) =>
        new(kind, new SluiceError(ErrorCodes.NotionUnreachable, $"{kind} {status}") { NotionStatus = status });

    /// <summary>A call that takes the body and never answers: it ends when the attempt does, as the transport would end it.</summary>
    public static async Task<NotionResult<NotionFileUpload>> Hangs(IAttempt attempt)
    {
        attempt.BodySent();
        try
        {
            await new TaskCompletionSource().Task.WaitAsync(attempt.Token);
        }
        catch (OperationCanceledException) when (attempt.ExpiredLimit is not null)
        {
        }

        return new NotionFailure(FailureClass.Transient, new SluiceError(attempt.ExpiredLimit!, "A time limit ended it.")) { TimedOut = true };
    }
}

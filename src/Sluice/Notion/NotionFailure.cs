using Sluice.Errors;

namespace Sluice.Notion;

/// <summary>A call that failed: its class, the error as the user will see it, and what Notion told us about going on.</summary>
/// <param name="Class">What the failure means for what happens next.</param>
/// <param name="Error">The error with Notion's code, message and request id where there were any.</param>
internal sealed record NotionFailure(FailureClass Class, SluiceError Error)
{
    /// <summary>The wait Notion asked for, where it did.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Notion's <c>rate_limit_reason</c>, where it gave one.</summary>
    public string? RateLimitReason { get; init; }

    /// <summary>Ids of what a write saved although it answered with an error (<c>committed_child_ids</c>, then <c>committed_resource_id</c>).</summary>
    public IReadOnlyList<string> CommittedIds { get; init; } = [];

    /// <summary>
    /// True where a send or complete was refused because the upload is not pending any more. The class is then
    /// <see cref="FailureClass.Ambiguous"/>: an earlier call may have done the work, which retrieving the upload tells.
    /// </summary>
    public bool UploadNotPending { get; init; }

    /// <summary>True where one of our time limits ended the call.</summary>
    public bool TimedOut { get; init; }
}

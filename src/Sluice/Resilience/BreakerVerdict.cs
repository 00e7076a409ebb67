using Sluice.Notion;

namespace Sluice.Resilience;

/// <summary>What the end of a call says about Notion's health. Pure; one row of the table in docs/notion.md each.</summary>
internal static class BreakerVerdict
{
    private const int Overloaded = 529;

    /// <summary>True for the calls that count and reset: create, send, complete and attach. Reads do neither.</summary>
    public static bool Counts(NotionEndpoint endpoint) =>
        endpoint is NotionEndpoint.Create or NotionEndpoint.Send or NotionEndpoint.Complete || endpoint.Attaches();

    /// <summary>True where Notion, or the way to it, is ill. Being told to wait, 529 from an attach too, is not illness.</summary>
    public static bool IsIll(NotionFailure failure) =>
        failure is { Class: FailureClass.Transient or FailureClass.Unknown or FailureClass.Ambiguous, UploadNotPending: false } && failure.Error.NotionStatus != Overloaded;

    /// <summary>True where a probe shows that Notion answers. Any clear answer will do, "no such upload" too.</summary>
    public static bool Answers(NotionResult result) =>
        result.Failure is null || result.Failure.Class is FailureClass.Forgotten or FailureClass.Permanent or FailureClass.Gap or FailureClass.ToldToWait;
}

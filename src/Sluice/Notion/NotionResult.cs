namespace Sluice.Notion;

/// <summary>The outcome of a call without its value: what the resilience strategies look at. Small, so that a strategy that remembers one keeps nothing big alive.</summary>
internal abstract record NotionResult
{
    /// <summary>Why the call failed; null on success.</summary>
    public NotionFailure? Failure { get; init; }

    /// <summary>True where Notion answered with success.</summary>
    public bool IsSuccess => Failure is null;
}

namespace Sluice.Errors;

/// <summary>An expected failure as a value: its row in the table, what happened this time, and what Notion said where it said something.</summary>
/// <param name="Code">The row of the table.</param>
/// <param name="Message">What happened and what to do, in plain English; never holds a token.</param>
public sealed record SluiceError(ErrorCode Code, string Message)
{
    /// <summary>Notion's HTTP status, where Notion answered.</summary>
    public int? NotionStatus { get; init; }

    /// <summary>Notion's own error code, where its answer named one.</summary>
    public string? NotionCode { get; init; }

    /// <summary>Notion's request id, to quote when asking Notion's support.</summary>
    public string? RequestId { get; init; }

    /// <summary>How long to wait before another try makes sense, where known.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>What another try would wait for, where that is more than the code says.</summary>
    internal Diagnostics.WaitReason? Wait { get; init; }

    /// <inheritdoc />
    public override string ToString() => $"{Code.Name}: {Message}";
}

namespace Sluice.AspNetCore;

/// <summary>The end of an upload, as an <see cref="IUploadOutcomeHandler"/> hears of it.</summary>
public sealed record UploadOutcome
{
    /// <summary>Names this event: the same each time it is told.</summary>
    public required string EventId { get; init; }

    /// <summary>What happened.</summary>
    public required UploadOutcomeKind Kind { get; init; }

    /// <summary>When, UTC.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The upload's id, as in its URL.</summary>
    public required string UploadId { get; init; }

    /// <summary>Whose it is.</summary>
    public required string Owner { get; init; }

    /// <summary>The file's name at Notion.</summary>
    public required string Name { get; init; }

    /// <summary>The media type; null: left to Notion.</summary>
    public string? ContentType { get; init; }

    /// <summary>The length in bytes.</summary>
    public required long Length { get; init; }

    /// <summary>Notion's id of the file upload; null where none was made.</summary>
    public string? FileUploadId { get; init; }

    /// <summary>SHA-256 of the whole file in lower-case hex; null where it is not known.</summary>
    public string? Sha256 { get; init; }

    /// <summary>Where it was to be attached, as <c>--to</c> spells it.</summary>
    public required string Target { get; init; }

    /// <summary>The name of the Notion connection; null: the default one.</summary>
    public string? Connection { get; init; }

    /// <summary>The page it is attached to; null where it is not attached.</summary>
    public string? PageId { get; init; }

    /// <summary>The block that shows it; null where it is attached to a property or not at all.</summary>
    public string? BlockId { get; init; }

    /// <summary>The page's address; null where it is not attached.</summary>
    public string? Url { get; init; }

    /// <summary>The code of docs/errors.md; null where it did not fail.</summary>
    public string? ErrorCode { get; init; }

    /// <summary>Why it failed, in plain English.</summary>
    public string? ErrorMessage { get; init; }
}

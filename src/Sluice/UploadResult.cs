using Sluice.Errors;

namespace Sluice;

/// <summary>How an upload ended.</summary>
public sealed record UploadResult
{
    /// <summary>How it ended.</summary>
    public required UploadStatus Status { get; init; }

    /// <summary>Our id of the upload; null where it was refused before it got one.</summary>
    public string? UploadId { get; init; }

    /// <summary>Notion's id of the file upload, once there is one.</summary>
    public string? FileUploadId { get; init; }

    /// <summary>The file's name as Notion shows it.</summary>
    public string? Name { get; init; }

    /// <summary>The file's length in bytes, where known.</summary>
    public long? Bytes { get; init; }

    /// <summary>How many parts it was cut into, once planned.</summary>
    public int? Parts { get; init; }

    /// <summary>SHA-256 of the whole file in lower-case hex, once known.</summary>
    public string? Sha256 { get; init; }

    /// <summary>How long this run took.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>Part bytes this run gave to the socket, repeats included.</summary>
    public long BytesSent { get; init; }

    /// <summary>Attempts of this run that were repeated.</summary>
    public int Retries { get; init; }

    /// <summary>Bytes that were acknowledged when this run began.</summary>
    public long ResumedFrom { get; init; }

    /// <summary>The target as given, in its short form.</summary>
    public string Target { get; init; } = "none";

    /// <summary>The page or row the file was attached to.</summary>
    public string? PageId { get; init; }

    /// <summary>The block that shows it, where one was made and its id is known.</summary>
    public string? BlockId { get; init; }

    /// <summary>The page's address, where Notion gave one.</summary>
    public string? Url { get; init; }

    /// <summary>When Notion drops the file unless somebody attaches it; null once attached.</summary>
    public DateTimeOffset? Expires { get; init; }

    /// <summary>True where an earlier run had done the same upload and its result was given back.</summary>
    public bool AlreadyDone { get; init; }

    /// <summary>True where an earlier run had done the same upload, and this run made another of it.</summary>
    public bool DoneBefore { get; init; }

    /// <summary>True where the stored file was read back and compared.</summary>
    public bool Verified { get; init; }

    /// <summary>Why it did not end as done.</summary>
    public SluiceError? Error { get; init; }
}

using System.Text.Json.Serialization;
using Sluice.Errors;
using Sluice.Parts;

namespace Sluice.Checkpoints;

/// <summary>The durable truth about one upload, all but its part rows. Immutable: a change is a new record, written under a fence.</summary>
internal sealed record UploadRecord
{
    /// <summary>The version this program writes. A record of a newer version is refused by itself, never the whole store.</summary>
    public const int CurrentVersion = 1;

    public int Version { get; init; } = CurrentVersion;

    /// <summary>128 random bits as 32 hex digits.</summary>
    public required string Id { get; init; }

    /// <summary>Who may see and move the upload; <c>local</c> on the command line.</summary>
    public required string Owner { get; init; }

    /// <summary>The file's name as Notion will show it.</summary>
    public required string Name { get; init; }

    /// <summary>The type sent to Notion; null: left to Notion, from the name.</summary>
    public string? ContentType { get; init; }

    /// <summary>The length in bytes.</summary>
    public required long Length { get; init; }

    public required UploadState State { get; init; }

    /// <summary>Which Notion connection moves it: a digest of address and bot, never a token.</summary>
    public required string ConnectionId { get; init; }

    /// <summary>The name by which the application calls that connection; null: its default one.</summary>
    public string? Connection { get; init; }

    public required UploadTarget Target { get; init; }

    /// <summary>Caption of an appended block.</summary>
    public string? Caption { get; init; }

    /// <summary>Upload-Metadata as a tus client wrote it: the protocol wants it back. At most 8 KiB of printable ASCII; null elsewhere.</summary>
    public string? Metadata { get; init; }

    /// <summary>What says "the same upload" on the command line: a digest of absolute path, target, Notion address and bot; null for relayed bytes.</summary>
    public string? SourceKey { get; init; }

    /// <summary>Where the bytes come from and how they looked when the upload began.</summary>
    public SourceIdentity? Source { get; init; }

    /// <summary>The Notion upload under way; null before the first one was made.</summary>
    public GenerationRecord? Generation { get; init; }

    /// <summary>The highest generation number given out so far: numbers are never used again, so that a late acknowledgement is known by its number.</summary>
    public int LastGeneration { get; init; }

    /// <summary>The generation this record speaks for; between two of them still the last one.</summary>
    [JsonIgnore]
    public int GenerationNumber => Math.Max(Generation?.Number ?? 0, LastGeneration);

    /// <summary>The last intent that was written before a call that must take effect once; cleared by the write that records its outcome.</summary>
    public Intent? Intent { get; init; }

    /// <summary>Where the file was attached.</summary>
    public AttachResult? Attached { get; init; }

    /// <summary>SHA-256 of the whole file in lower-case hex, once known.</summary>
    public string? Sha256 { get; init; }

    /// <summary>Why the upload stopped.</summary>
    public SluiceError? Error { get; init; }

    public required DateTimeOffset Created { get; init; }

    public required DateTimeOffset Updated { get; init; }
}

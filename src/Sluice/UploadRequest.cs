using Sluice.Checkpoints;

namespace Sluice;

/// <summary>What is uploaded, under which name, and where it is attached.</summary>
public sealed record UploadRequest
{
    /// <summary>Where the bytes come from.</summary>
    public required UploadSource Source { get; init; }

    /// <summary>
    /// Where the file is attached when it is complete: <c>page:&lt;id or url&gt;</c> (a block is appended), <c>page:&lt;id or url&gt;::&lt;files property&gt;</c>
    /// (that property is extended), <c>database:&lt;id or url&gt;[::&lt;files property&gt;]</c> (a row is made), or <c>none</c>.
    /// </summary>
    public string To { get; init; } = "none";

    /// <summary>The file's name in Notion, at most 900 bytes of UTF-8; null: the source's own.</summary>
    public string? Name { get; init; }

    /// <summary>The media type, one of Notion's; null: from the name's extension.</summary>
    public string? ContentType { get; init; }

    /// <summary>Caption of an appended block.</summary>
    public string? Caption { get; init; }

    /// <summary>Part size in bytes, 5 to 20 MiB; null: chosen (setting Parts:Size, then the profile).</summary>
    public long? PartSize { get; init; }

    /// <summary>What to do with a type Notion does not take.</summary>
    public UnsupportedType Unsupported { get; init; }

    /// <summary>Forget what an earlier run left of the same upload and begin anew.</summary>
    public bool Restart { get; init; }

    /// <summary>Give the old result back where the same upload is already done, instead of uploading again.</summary>
    public bool SkipDone { get; init; }

    /// <summary>Read the stored file back after it was attached and compare every byte; needs a target.</summary>
    public bool Verify { get; init; }

    /// <summary>The owner written into the record.</summary>
    public string Owner { get; init; } = "local";

    /// <summary>Attach only after this ended, in whatever way: keeps the order of several files on one page. An upload whose hour runs out first does not wait longer.</summary>
    public Task? AttachAfter { get; init; }

    /// <summary>Go on with this very record.</summary>
    internal string? ResumeId { get; init; }

    /// <summary>What the record said when it was read last: an equal one is not kept twice.</summary>
    internal UploadRecord? Known { get; init; }

    /// <summary>The bytes come from clients: the upload takes no place among those that are moved from start to end.</summary>
    internal bool Relayed { get; init; }
}

using Microsoft.AspNetCore.Http;

namespace Sluice.AspNetCore;

/// <summary>An upload that a client asks for.</summary>
public sealed record UploadOffer
{
    /// <summary>The request; its body has not been read.</summary>
    public required HttpContext HttpContext { get; init; }

    /// <summary>Whose it would be.</summary>
    public required string Owner { get; init; }

    /// <summary>The file's name, cleaned.</summary>
    public required string Name { get; init; }

    /// <summary>The media type the client gave; null: from the name.</summary>
    public string? ContentType { get; init; }

    /// <summary>The length in bytes.</summary>
    public required long Length { get; init; }

    /// <summary>Where the client wants it, as <c>--to</c> spells it.</summary>
    public required string To { get; init; }

    /// <summary>The caption the client gave.</summary>
    public string? Caption { get; init; }

    /// <summary>Every pair of Upload-Metadata that is text; values are the client's and not cleaned.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();
}

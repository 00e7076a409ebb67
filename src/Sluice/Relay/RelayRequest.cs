namespace Sluice.Relay;

/// <summary>An upload that a client asks for.</summary>
internal sealed record RelayRequest
{
    /// <summary>Whose it is; whoever is not this owner (or an admin) is told that there is no such upload.</summary>
    public required string Owner { get; init; }

    /// <summary>The file's name as the client wrote it; it is cleaned and checked here.</summary>
    public required string Name { get; init; }

    /// <summary>The media type the client gave; null: from the name.</summary>
    public string? ContentType { get; init; }

    /// <summary>The length in bytes, 1 or more.</summary>
    public required long Length { get; init; }

    /// <summary>Where it is attached, as <see cref="UploadRequest.To"/> spells it.</summary>
    public string To { get; init; } = "none";

    /// <summary>Caption of an appended block.</summary>
    public string? Caption { get; init; }

    /// <summary>Upload-Metadata as the client wrote it, which HEAD has to give back; goes into <see cref="Checkpoints.UploadRecord.Metadata"/>.</summary>
    public string? Metadata { get; init; }

    /// <summary>The name of the Notion connection that the embedding application chose; null: the default one.</summary>
    public string? Connection { get; init; }
}

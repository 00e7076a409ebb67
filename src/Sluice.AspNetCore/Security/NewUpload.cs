namespace Sluice.AspNetCore.Security;

/// <summary>An upload as a request asks for it, whatever the protocol.</summary>
internal sealed record NewUpload
{
    public required string Name { get; init; }

    public string? ContentType { get; init; }

    public required long Length { get; init; }

    public string? To { get; init; }

    public string? Caption { get; init; }

    /// <summary>Upload-Metadata as it came.</summary>
    public string? Metadata { get; init; }

    /// <summary>Its pairs that are text.</summary>
    public IReadOnlyDictionary<string, string> Pairs { get; init; } = new Dictionary<string, string>();
}

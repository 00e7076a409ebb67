namespace Sluice.Notion;

/// <summary>A block; <paramref name="FileUrl"/> is the signed, short-lived address of a media block's file.</summary>
internal sealed record NotionBlock(string Id, string Type, string? FileName, string? FileUrl);

namespace Sluice.Notion;

/// <summary>A page of blocks, in page order.</summary>
internal sealed record NotionBlockList(IReadOnlyList<NotionBlock> Results, string? NextCursor);

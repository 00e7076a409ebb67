namespace Sluice.Notion;

/// <summary>A page of pages.</summary>
internal sealed record NotionPageList(IReadOnlyList<NotionPage> Results, string? NextCursor);

namespace Sluice.Notion;

/// <summary>A property; <paramref name="Files"/> only for type files. <paramref name="HasMore"/>: the page answer did not hold all of them.</summary>
internal sealed record NotionProperty(string Id, string Type, IReadOnlyList<NotionFile> Files, bool HasMore = false);

namespace Sluice.Notion;

/// <summary>A page with its properties by name.</summary>
internal sealed record NotionPage(string Id, string? Url, IReadOnlyDictionary<string, NotionProperty> Properties);

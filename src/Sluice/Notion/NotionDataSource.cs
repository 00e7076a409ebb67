namespace Sluice.Notion;

/// <summary>A data source; <paramref name="Properties"/> maps a property's name to its type.</summary>
internal sealed record NotionDataSource(string Id, string? Name, IReadOnlyDictionary<string, string> Properties);

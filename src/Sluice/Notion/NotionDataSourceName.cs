namespace Sluice.Notion;

/// <summary>One data source of a database.</summary>
internal sealed record NotionDataSourceName(string Id, string? Name);

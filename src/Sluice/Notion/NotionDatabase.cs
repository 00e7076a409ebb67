namespace Sluice.Notion;

/// <summary>A database and the names of its data sources.</summary>
internal sealed record NotionDatabase(string Id, IReadOnlyList<NotionDataSourceName> DataSources);

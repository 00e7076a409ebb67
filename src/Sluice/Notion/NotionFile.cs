namespace Sluice.Notion;

/// <summary>A file of a files property: <paramref name="Kind"/> is file (hosted by Notion, signed URL) or external.</summary>
internal sealed record NotionFile(string Name, string Kind, string Url);

namespace Sluice.Transfer;

/// <summary>A target after Notion was asked about it: what exactly will be written where.</summary>
/// <param name="Kind">What the attach does.</param>
/// <param name="Id">Page, block or data source.</param>
/// <param name="FilesProperty">The files property, for <see cref="AttachKind.Property"/> and <see cref="AttachKind.Row"/>.</param>
/// <param name="TitleProperty">The title property, for <see cref="AttachKind.Row"/>.</param>
/// <param name="Url">The page's address, where known.</param>
internal sealed record ResolvedTarget(AttachKind Kind, string Id, string? FilesProperty = null, string? TitleProperty = null, string? Url = null);

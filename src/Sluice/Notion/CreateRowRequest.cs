namespace Sluice.Notion;

/// <summary>Make a row titled <paramref name="Title"/> whose files property shows the upload.</summary>
internal sealed record CreateRowRequest(string DataSourceId, string TitleProperty, string Title, string FilesProperty, string FileUploadId, string? Name);

namespace Sluice.Notion;

/// <summary>A page of file uploads, newest first.</summary>
internal sealed record NotionFileUploadList(IReadOnlyList<NotionFileUpload> Results, string? NextCursor);

namespace Sluice.Notion;

/// <summary>Replace the files of a property by <paramref name="Keep"/> and then the upload.</summary>
internal sealed record UpdateFilesRequest(string PageId, string Property, IReadOnlyList<NotionFile> Keep, string FileUploadId, string? Name);

namespace Sluice.Notion;

/// <summary>A file upload's status; Other: one that this version does not know.</summary>
internal enum NotionUploadStatus
{
    Pending,
    Uploaded,
    Expired,
    Failed,
    Other,
}

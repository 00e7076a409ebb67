namespace Sluice.Notion;

/// <summary>One send. <paramref name="PartNumber"/> null: single part.</summary>
internal sealed record SendFileUploadRequest(string FileUploadId, int? PartNumber, string? ContentType, IPartBody Body);

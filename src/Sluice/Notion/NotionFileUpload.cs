namespace Sluice.Notion;

/// <summary>A file upload as Notion describes it. <paramref name="ExpiryTime"/> null proves that it is attached.</summary>
internal sealed record NotionFileUpload(
    string Id, NotionUploadStatus Status, DateTimeOffset? ExpiryTime, string? FileName, string? ContentType, long? ContentLength, int? PartsTotal, int? PartsSent)
{
    /// <summary>The answer's Date header: Notion's clock, for deadlines that outlive a process.</summary>
    public DateTimeOffset? Date { get; init; }
}

namespace Sluice.Notion;

/// <summary>One send. <paramref name="PartNumber"/> null: single part. <paramref name="ContentType"/>: what create's answer said.</summary>
internal sealed record SendFileUploadRequest(string FileUploadId, int? PartNumber, string? ContentType, IPartBody Body)
{
    /// <summary>The file's name, for the extension of the form's file name; Notion keeps the name given at create.</summary>
    public string? FileName { get; init; }
}

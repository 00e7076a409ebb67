namespace Sluice.Checkpoints;

/// <summary>A page of records. <paramref name="Unreadable"/>: ids with the reason; they count towards the limit.</summary>
internal sealed record UploadPage(IReadOnlyList<UploadRecord> Records, string? NextCursor, IReadOnlyList<UnreadableRecord> Unreadable);

namespace Sluice.Checkpoints;

/// <summary>What to list. <paramref name="Owner"/> and <paramref name="States"/> null: all. <paramref name="Cursor"/>: from <see cref="UploadPage.NextCursor"/>.</summary>
internal sealed record UploadQuery(string? Owner = null, IReadOnlyList<UploadState>? States = null, int Limit = 100, string? Cursor = null);

namespace Sluice.Notion;

/// <summary>Append one media block; <paramref name="Kind"/> is image, video, audio, pdf or file.</summary>
internal sealed record AppendBlockRequest(string ParentId, string Kind, string FileUploadId, string? Name, string? Caption);

using Sluice.Parts;

namespace Sluice.Notion;

/// <summary>What create needs. <paramref name="ContentType"/> null: left out, Notion infers it from the name.</summary>
internal sealed record CreateFileUploadRequest(string FileName, string? ContentType, PartMode Mode, int PartCount);

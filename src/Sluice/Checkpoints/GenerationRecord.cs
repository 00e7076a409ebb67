using Sluice.Parts;

namespace Sluice.Checkpoints;

/// <summary>One attempt with one Notion file upload.</summary>
/// <param name="Number">From 1; rows and acknowledgements of other generations are dropped.</param>
/// <param name="FileUploadId">Notion's id.</param>
/// <param name="Plan">How the file is cut; fixed for the generation.</param>
/// <param name="CreatedAt">When our create request began, in Notion's clock (ours corrected by the skew of its Date header).</param>
/// <param name="ContentType">The type Notion gave it, which every part repeats.</param>
internal sealed record GenerationRecord(int Number, string FileUploadId, PartPlan Plan, DateTimeOffset CreatedAt, string? ContentType)
{
    /// <summary>True once Notion has all bytes: sent (single) or completed (multi).</summary>
    public bool Completed { get; init; }
}

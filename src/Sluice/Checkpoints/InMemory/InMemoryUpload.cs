using System.Collections.Immutable;

namespace Sluice.Checkpoints.InMemory;

/// <summary>A record with its rows, its place in the order of creation and when it last changed.</summary>
internal sealed record InMemoryUpload(long Sequence, UploadRecord Record, long Changed, ImmutableSortedDictionary<int, PartRow> Parts)
{
    /// <summary>The generation's number; 0 before the first.</summary>
    public int Generation => Record.GenerationNumber;
}

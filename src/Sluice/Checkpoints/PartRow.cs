using Sluice.Integrity;

namespace Sluice.Checkpoints;

/// <summary>One acknowledged part of one generation.</summary>
internal sealed record PartRow(int Generation, int Number, long Length, PartProof Proof);

namespace Sluice.Checkpoints;

/// <summary>A tail: where it begins in the file and its bytes.</summary>
internal sealed record TailRecord(int Generation, long Offset, ReadOnlyMemory<byte> Bytes);

namespace Sluice.Checkpoints.InMemory;

/// <summary>A held lease; the row is gone once it was given back.</summary>
internal sealed record InMemoryLease(string Holder, long Fence, long Until, string? Address, bool LetGo);

using System.Collections.Immutable;

namespace Sluice.Checkpoints.InMemory;

/// <summary>What processes share of one connection.</summary>
internal sealed record InMemoryConnection(ImmutableArray<PaceMark> Ledger, long NotBefore, int? Rate, long RateAt);

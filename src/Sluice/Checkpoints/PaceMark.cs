namespace Sluice.Checkpoints;

/// <summary>A line of the pace ledger: so many requests of one kind at one time of the store's clock (ticks).</summary>
internal readonly record struct PaceMark(PaceMarkKind Kind, string Holder, long At, int Count);

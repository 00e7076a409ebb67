namespace Sluice.Resilience;

/// <summary>A place in the line for permits: uploads that finish first, then the earlier deadline, then who came first.</summary>
/// <param name="Finishing">True for the last parts of an upload: they free memory soonest.</param>
/// <param name="DeadlineTimestamp">The upload's hour as a monotonic timestamp; <see cref="long.MaxValue"/> for none.</param>
internal readonly record struct PermitOrder(bool Finishing, long DeadlineTimestamp);

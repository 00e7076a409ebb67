namespace Sluice.Checkpoints;

/// <summary>The outcome of <see cref="LeaseKeeper.AcquireAsync"/>: kept now, or by whom it is held and where that one can be reached.</summary>
internal sealed record LeaseAttempt(LeaseKeeper? Keeper, string? HeldBy = null, TimeSpan Remaining = default, string? Address = null);

using Sluice.Checkpoints;

namespace Sluice.Transfer;

/// <summary>A record with the lease to move it; without a lease, why not.</summary>
internal sealed record Claim(UploadRecord Record, LeaseKeeper? Lease, StepOutcome Outcome)
{
    /// <summary>An earlier run had done it.</summary>
    public bool AlreadyDone { get; init; }

    /// <summary>An earlier run had done the same upload, and this is another of it.</summary>
    public bool DoneBefore { get; init; }
}

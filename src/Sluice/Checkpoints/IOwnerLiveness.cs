namespace Sluice.Checkpoints;

/// <summary>Says which holders of leases are dead for certain, so that the next run after a kill -9 need not wait for a lease to run out.</summary>
internal interface IOwnerLiveness
{
    /// <summary>True only where the holder cannot write any more; false where it lives or nothing is known. Never waits.</summary>
    bool IsKnownDead(string holder);
}

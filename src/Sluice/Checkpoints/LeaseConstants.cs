namespace Sluice.Checkpoints;

/// <summary>Times of leases that nobody needs to set.</summary>
internal static class LeaseConstants
{
    /// <summary>How often a lease that another holds is asked for again.</summary>
    public static readonly TimeSpan AskAgain = TimeSpan.FromMilliseconds(250);

    /// <summary>How soon a renewal that the store did not answer is tried again.</summary>
    public static readonly TimeSpan RenewAgain = TimeSpan.FromSeconds(1);

    /// <summary>How long giving back may take; after that the lease runs out by itself.</summary>
    public static readonly TimeSpan ReleaseWithin = TimeSpan.FromSeconds(5);
}

namespace Sluice.Relay;

/// <summary>Whether a new upload's client can be kept going until it is its turn. Pure; BridgeRuleTests.</summary>
internal static class BridgeRule
{
    /// <summary>Whether a predicted wait can be bridged: one window each hold time within the quota, or all of the upload in the spool.</summary>
    /// <param name="wait">The predicted wait.</param>
    /// <param name="hold">A window is taken so often.</param>
    /// <param name="window">A window's bytes.</param>
    /// <param name="quota">What a held upload may trickle.</param>
    /// <param name="length">The upload's length.</param>
    /// <param name="free">What the spool has free for whole uploads.</param>
    public static bool CanBridge(TimeSpan wait, TimeSpan hold, long window, long quota, long length, long free) =>
        length <= free || Math.Floor(wait / hold) * window <= quota;

    /// <summary>Without a spool nobody can be kept going: at most twice as many open uploads as tickets.</summary>
    public static bool HasPlace(int open, int tickets, bool hasSpool) => hasSpool || open < 2 * tickets;
}

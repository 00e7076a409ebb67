using Sluice.Spool;

namespace Sluice.AspNetCore.Admission;

/// <summary>
/// How long a new upload can be held without its client giving up: as long as its offset can advance by one window each
/// <c>Front:HoldRead</c> within its share of the spool, or for ever where the spool takes all of it. Pure; AdmissionRuleTests.
/// </summary>
internal static class AdmissionBridge
{
    /// <summary>The time.</summary>
    /// <param name="length">The upload's bytes.</param>
    /// <param name="spool">What the spool holds.</param>
    /// <param name="open">Open uploads, this one too.</param>
    /// <param name="holdRead">A held body gives one window so often.</param>
    public static TimeSpan For(long length, SpoolSnapshot spool, int open, TimeSpan holdRead)
    {
        // What the sockets hold anyway needs no spool; a spool that nobody used yet has not said how large it is.
        if (length <= SpoolConstants.TrickleWindow || (spool.Off is null && spool.LimitBytes == 0))
        {
            return TimeSpan.MaxValue;
        }

        if (spool.Off is not null)
        {
            return TimeSpan.Zero;
        }

        var free = Math.Max(0, spool.LimitBytes - spool.ReservedBytes - spool.ElsewhereBytes);
        var quota = Math.Min(free, SpoolShares.Quota(spool.LimitBytes, open));
        return length <= free ? TimeSpan.MaxValue : holdRead * (quota / SpoolConstants.TrickleWindow);
    }
}

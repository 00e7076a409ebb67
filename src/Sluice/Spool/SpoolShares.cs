namespace Sluice.Spool;

/// <summary>How the spool's space is divided: plain arithmetic.</summary>
internal static class SpoolShares
{
    /// <summary>What a process that shares its machine takes by itself: 1 GiB or a quarter of what is free, the smaller.</summary>
    public static long OfServer(long free) => Math.Min(SpoolConstants.ServerCeiling, free / 4);

    /// <summary>What a command takes that somebody waits for: what is free, less a twentieth and at least 256 MiB, or half of a disk that has little (docs/adr/0030).</summary>
    public static long OfCommand(long free) => free - Math.Max(Math.Min(SpoolConstants.DiskMargin, free / 2), free / 20);

    /// <summary>What all trickles together may have: a quarter, and one window where there is room for one at all.</summary>
    public static long OfTrickles(long limit) => Math.Min(limit, Math.Max(limit / 4, SpoolConstants.TrickleWindow));

    /// <summary>What one open upload may trickle: its share of the quarter, never under one window.</summary>
    public static long Quota(long limit, int openUploads) => Math.Max(SpoolConstants.TrickleWindow, limit / 4 / Math.Max(1, openUploads));

    /// <summary>How many uploads have to go, the oldest first, so that so many bytes are had; 0 where all of them together would not do, for then none should go.</summary>
    public static int ToGo(IReadOnlyList<long> oldestFirst, long shortBy)
    {
        var sum = 0L;
        for (var i = 0; i < oldestFirst.Count && shortBy > 0; i++)
        {
            sum += oldestFirst[i];
            if (sum >= shortBy)
            {
                return i + 1;
            }
        }

        return 0;
    }
}

namespace Sluice.Spool;

/// <summary>Sizes and times of the spool that are no settings.</summary>
internal static class SpoolConstants
{
    /// <summary>What a peer pushes at least before it can push again (about one receive window): a trickle moves in whole ones.</summary>
    public const int TrickleWindow = 128 << 10;

    /// <summary>A range is begun to be written when it is full, and waited for and dropped from the page cache when the next one is.</summary>
    public const int Range = 4 << 20;

    /// <summary>A stream of unknown length gets its space in such steps.</summary>
    public const long GrowthStep = 64L << 20;

    /// <summary>What is read, or copied into a file, at once.</summary>
    public const int Page = 128 << 10;

    /// <summary>The whole spool at most, where nothing else is said.</summary>
    public const long ServerCeiling = 1L << 30;

    /// <summary>What a command leaves of the disk at least.</summary>
    public const long DiskMargin = 256L << 20;

    /// <summary>Other processes change what is free without telling, so whoever waits looks again so often.</summary>
    public static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(5);

    /// <summary>A stream that the spool should keep waits so long for its space; then it goes on through memory.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);
}

namespace Sluice.Spool;

/// <summary>How something asked of the spool's disk ended, and what the system said where it did not end well.</summary>
internal readonly record struct SpoolOutcome(SpoolStatus Status, string? Reason = null)
{
    public static SpoolOutcome Ok { get; } = new(SpoolStatus.Ok);

    public bool IsOk => Status == SpoolStatus.Ok;

    /// <summary>True for what reading and writing files throws; everything else is a bug.</summary>
    public static bool IsExpected(Exception error) => error is IOException or UnauthorizedAccessException or NotSupportedException;

    /// <summary>What an expected error of the system means.</summary>
    public static SpoolOutcome Of(Exception error) => new(
        error switch
        {
            FileNotFoundException or DirectoryNotFoundException => SpoolStatus.Missing,
            IOException when IsFull(error.HResult) => SpoolStatus.DiskFull,
            IOException when IsInUse(error.HResult) => SpoolStatus.InUse,
            _ => SpoolStatus.Failed,
        },
        error.Message);

    /// <summary>ENOSPC and EDQUOT (122 on Linux, 69 on macOS); on Windows "disk full" (112) and "the disk is full" (39).</summary>
    private static bool IsFull(int result) => OperatingSystem.IsWindows() ? (result & 0xffff) is 112 or 39 : result is 28 or 122 or 69;

    /// <summary>EWOULDBLOCK of a lock that another has (11 on Linux, 35 on macOS); on Windows a sharing or lock violation.</summary>
    private static bool IsInUse(int result) => OperatingSystem.IsWindows() ? (result & 0xffff) is 32 or 33 : result is 11 or 35;
}

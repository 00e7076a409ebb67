namespace Sluice.Spool;

/// <summary>What lies under a folder: how much is free, and whether it is a disk of this machine at all.</summary>
/// <param name="FreeBytes">What this user may still write.</param>
/// <param name="Kind">The file system's name.</param>
/// <param name="IsDisk">False for memory and for the network.</param>
internal sealed record SpoolVolume(long FreeBytes, string Kind, bool IsDisk)
{
    /// <summary>Looks; a folder that is not there yet is judged by the nearest one above it. Throws <see cref="IOException"/> where the system does not say.</summary>
    public static SpoolVolume Read(string folder)
    {
        var there = Path.GetFullPath(folder);
        while (!Directory.Exists(there) && Path.GetDirectoryName(there) is { } above)
        {
            there = above;
        }

        var drive = new DriveInfo(there);
        return new SpoolVolume(drive.AvailableFreeSpace, drive.DriveFormat, drive.DriveType is not (DriveType.Ram or DriveType.Network));
    }
}

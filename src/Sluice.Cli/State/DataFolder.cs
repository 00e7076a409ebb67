using Sluice.Errors;

namespace Sluice.Cli.State;

/// <summary>The state folder: where it is, and whether it can be used.</summary>
internal static class DataFolder
{
    private const int NoSpace = 28;
    private const int QuotaUsedUp = 122;

    /// <summary><c>--data</c>, <c>SLUICE_DATA</c>, or the platform's state folder.</summary>
    public static string Find(World world, string? option)
    {
        if ((option ?? world.Variable("SLUICE_DATA")) is { } given)
        {
            return Path.GetFullPath(given, world.WorkingFolder);
        }

        if (OperatingSystem.IsWindows() || OperatingSystem.IsMacOS())
        {
            return Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "sluice");
        }

        // The base directory specification: a relative XDG_STATE_HOME is ignored.
        if (world.Variable("XDG_STATE_HOME") is { } state && Path.IsPathRooted(state))
        {
            return Path.Combine(state, "sluice");
        }

        return world.Variable("HOME") is { } home
            ? Path.Combine(home, ".local", "state", "sluice")
            : throw new SluiceException(ErrorCodes.BadRequest, "There is no home folder to keep the state in: name a state folder with --data or SLUICE_DATA.");
    }

    /// <summary>Makes the folder where there is none, for its owner only, and proves that it takes a byte.</summary>
    public static void Open(string folder)
    {
        try
        {
            Stores.StateFolder.Create(folder);
            var probe = Path.Combine(folder, $".probe-{Environment.ProcessId}");
            try
            {
                File.WriteAllBytes(probe, [1]);
            }
            finally
            {
                File.Delete(probe);
            }
        }
        catch (IOException e) when (e.HResult is NoSpace or QuotaUsedUp)
        {
            throw new SluiceException(ErrorCodes.DiskFull, $"There is no room left on the disk of the state folder '{folder}'. Free some space, or name a folder on another disk with --data; then run the same command again.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            throw new SluiceException(ErrorCodes.BadRequest, $"The state folder '{folder}' cannot be used: {e.Message} Name another with --data or SLUICE_DATA.", e);
        }
    }
}

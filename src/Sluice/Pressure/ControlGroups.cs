using System.Text.RegularExpressions;

namespace Sluice.Pressure;

/// <summary>
/// Finds this process in the hierarchies of control groups: <c>/proc/self/cgroup</c> says which group it is in,
/// <c>/proc/self/mountinfo</c> where that group's files are to be seen. Inside a container the two do not agree: the mount
/// shows only a part of the hierarchy, and the group's path is told from the host's root, or from the container's.
/// </summary>
internal static partial class ControlGroups
{
    /// <summary>The process's groups for one controller (<c>memory</c>, <c>cpu</c>); null where there are none.</summary>
    /// <param name="root">The root of the file system; another one in tests.</param>
    /// <param name="controller">As the kernel names it.</param>
    public static ControlGroup? Find(string root, string controller)
    {
        string? unified = null;
        foreach (var line in ControlGroup.Lines(Path.Combine(root, "proc/self/cgroup")))
        {
            if (line.Split(':', 3) is not [_, var controllers, var path] || !path.StartsWith('/'))
            {
                continue;
            }

            // A controller belongs to one hierarchy: where version 1 names it, version 2 does not have it.
            if (controllers.Split(',').Contains(controller))
            {
                return new ControlGroup(1, Upward(root, Mount(root, "cgroup", controller) ?? new("/", $"/sys/fs/cgroup/{controller}"), path));
            }

            unified = controllers.Length == 0 ? path : unified;
        }

        return unified is null ? null : new ControlGroup(2, Upward(root, Mount(root, "cgroup2", null) ?? new("/", "/sys/fs/cgroup"), unified));
    }

    /// <summary>The folders from a group up to its mount. Pure.</summary>
    private static List<string> Upward(string root, MountPoint mount, string path)
    {
        var top = Path.Combine(root, mount.Folder.TrimStart('/'));
        var below = mount.Shows == "/" ? path
            : path.StartsWith(mount.Shows, StringComparison.Ordinal) && (path.Length == mount.Shows.Length || path[mount.Shows.Length] == '/') ? path[mount.Shows.Length..]
            : "";
        List<string> folders = [];

        // A path with ".." leads out of what a container may see; the mount itself is then all there is.
        for (var at = below.Contains("..", StringComparison.Ordinal) ? "" : below.TrimEnd('/'); at.Length > 0; at = at[..at.LastIndexOf('/')])
        {
            folders.Add(Path.Combine(top, at.TrimStart('/')));
        }

        folders.Add(top);
        return folders;
    }

    /// <summary>Where a hierarchy is mounted; the last mount wins, as it does for the kernel.</summary>
    private static MountPoint? Mount(string root, string type, string? controller)
    {
        MountPoint? found = null;
        foreach (var line in ControlGroup.Lines(Path.Combine(root, "proc/self/mountinfo")))
        {
            var fields = line.Split(' ');
            var dash = Array.IndexOf(fields, "-");
            if (dash >= 6 && dash + 3 < fields.Length && fields[dash + 1] == type && (controller is null || fields[dash + 3].Split(',').Contains(controller)))
            {
                found = new MountPoint(Plain(fields[3]), Plain(fields[4]));
            }
        }

        return found;
    }

    /// <summary>The kernel writes blanks and backslashes in octal.</summary>
    private static string Plain(string field) =>
        field.Contains('\\', StringComparison.Ordinal) ? Octal().Replace(field, static m => ((char)Convert.ToInt32(m.Groups["code"].Value, 8)).ToString()) : field;

    [GeneratedRegex(@"\\(?<code>[0-3][0-7]{2})", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 100)]
    private static partial Regex Octal();

    /// <summary>A mount: which part of the hierarchy it shows, and where.</summary>
    private sealed record MountPoint(string Shows, string Folder);
}

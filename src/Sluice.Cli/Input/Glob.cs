using System.IO.Enumeration;

namespace Sluice.Cli.Input;

/// <summary>
/// A pattern of file names: <c>*</c> and <c>?</c> within a name, <c>**</c> for any number of folders. Names that begin with a dot
/// match only where the pattern's own begins with one.
/// </summary>
internal sealed class Glob
{
    private readonly string _root;
    private readonly string[] _segments;

    /// <param name="pattern">An absolute path with patterns in some of its names.</param>
    public Glob(string pattern)
    {
        var root = Path.GetPathRoot(pattern) ?? "";
        var names = pattern[root.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries);
        var plain = names.TakeWhile(n => !IsPattern(n)).Count();
        _root = Path.Combine([root, .. names[..plain]]);
        _segments = names[plain..];
    }

    public static bool IsPattern(string text) => text.AsSpan().IndexOfAny('*', '?') >= 0;

    /// <summary>The files that match, in ordinal order.</summary>
    public IReadOnlyList<string> Files()
    {
        var found = new SortedSet<string>(StringComparer.Ordinal);
        if (Directory.Exists(_root))
        {
            Match(_root, 0, found);
        }

        return [.. found];
    }

    private void Match(string folder, int at, SortedSet<string> found)
    {
        var segment = _segments[at];
        var last = at == _segments.Length - 1;
        if (segment == "**")
        {
            // No folder at all, or one more and the same question again; at the end of a pattern it means every file below.
            if (last)
            {
                AddFiles(folder, "*", found);
            }
            else
            {
                Match(folder, at + 1, found);
            }

            foreach (var inner in Folders(folder, "*"))
            {
                Match(inner, at, found);
            }
        }
        else if (last)
        {
            AddFiles(folder, segment, found);
        }
        else
        {
            foreach (var inner in Folders(folder, segment))
            {
                Match(inner, at + 1, found);
            }
        }
    }

    private static void AddFiles(string folder, string segment, SortedSet<string> found)
    {
        foreach (var file in Directory.EnumerateFiles(folder))
        {
            if (Matches(segment, file))
            {
                found.Add(file);
            }
        }
    }

    private static IEnumerable<string> Folders(string folder, string segment)
    {
        if (!IsPattern(segment))
        {
            var named = Path.Combine(folder, segment);
            return Directory.Exists(named) ? [named] : [];
        }

        return PathExpander.Sorted(Directory.EnumerateDirectories(folder).Where(d => Matches(segment, d) && !PathExpander.IsLink(d)));
    }

    private static bool Matches(string segment, string path)
    {
        var name = Path.GetFileName(path);
        return (!name.StartsWith('.') || segment.StartsWith('.')) && FileSystemName.MatchesSimpleExpression(segment, name, ignoreCase: OperatingSystem.IsWindows());
    }
}

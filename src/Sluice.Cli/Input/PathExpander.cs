namespace Sluice.Cli.Input;

/// <summary>
/// Turns PATHs into files: a file is itself, a folder is every file below it, <c>*</c>, <c>?</c> and <c>**</c> are matched by us
/// where no shell did it, <c>-</c> is standard input. As in a shell, hidden files come only when they are named.
/// Links to files are followed, links to folders are not, so that nothing is walked twice or for ever.
/// </summary>
internal sealed class PathExpander(string workingFolder)
{
    private readonly List<UploadItem> _items = [];
    private readonly List<PathProblem> _problems = [];
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private int _hidden;

    public PathList Expand(IReadOnlyList<string> paths)
    {
        foreach (var path in paths)
        {
            Add(path);
        }

        return new PathList(_items, _problems, _hidden);
    }

    private void Add(string path)
    {
        if (path == "-")
        {
            if (_seen.Add("-"))
            {
                _items.Add(new UploadItem("-", null));
            }

            return;
        }

        if (path.Length == 0)
        {
            _problems.Add(new PathProblem(path, "A PATH is empty: name a file, a folder or a pattern."));
            return;
        }

        var full = Path.GetFullPath(path, workingFolder);
        if (File.Exists(full))
        {
            AddFile(path, full);
        }
        else if (Directory.Exists(full))
        {
            AddFolder(path, full);
        }
        else if (Glob.IsPattern(path))
        {
            AddGlob(path, full);
        }
        else
        {
            _problems.Add(new PathProblem(path, path.StartsWith('-')
                ? $"'{path}' is neither an option nor a file that is there."
                : $"'{path}' is not there: check the spelling and the working folder."));
        }
    }

    private void AddFile(string shown, string full)
    {
        if (_seen.Add(full))
        {
            _items.Add(new UploadItem(shown, full));
        }
    }

    private void AddFolder(string path, string full)
    {
        var hiddenBefore = _hidden;
        var found = new List<string>();
        if (!Walk(path, full, found))
        {
            return;
        }

        if (found.Count == 0)
        {
            var hidden = _hidden - hiddenBefore;
            _problems.Add(new PathProblem(path, hidden == 0
                ? $"The folder '{path}' holds no file: name one that does."
                : $"The folder '{path}' holds hidden files only, which are left out: name them one by one to upload them."));
        }

        foreach (var file in found)
        {
            AddFile(Path.Combine(path, Path.GetRelativePath(full, file)), file);
        }
    }

    private void AddGlob(string path, string full)
    {
        try
        {
            var found = new Glob(full).Files();
            if (found.Count == 0)
            {
                _problems.Add(new PathProblem(path, $"No file matches '{path}'."));
            }

            foreach (var file in found)
            {
                AddFile(Path.IsPathRooted(path) ? file : Path.GetRelativePath(workingFolder, file), file);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _problems.Add(new PathProblem(path, $"'{path}' could not be searched: {e.Message}"));
        }
    }

    /// <summary>Every visible file below a folder, each folder's files before its folders', in ordinal order.</summary>
    private bool Walk(string path, string folder, List<string> found)
    {
        try
        {
            foreach (var file in Sorted(Directory.EnumerateFiles(folder)))
            {
                if (IsHidden(file))
                {
                    _hidden++;
                }
                else
                {
                    found.Add(file);
                }
            }

            foreach (var inner in Sorted(Directory.EnumerateDirectories(folder)))
            {
                if (!IsHidden(inner) && !IsLink(inner) && !Walk(path, inner, found))
                {
                    return false;
                }
            }

            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _problems.Add(new PathProblem(path, $"The folder '{path}' could not be read: {e.Message}"));
            return false;
        }
    }

    internal static IOrderedEnumerable<string> Sorted(IEnumerable<string> paths) => paths.Order(StringComparer.Ordinal);

    internal static bool IsHidden(string path) => Path.GetFileName(path).StartsWith('.');

    internal static bool IsLink(string path) => File.GetAttributes(path).HasFlag(FileAttributes.ReparsePoint);
}

namespace Sluice.Cli;

/// <summary>What the program's exit says (docs/cli.md).</summary>
internal static class ExitCode
{
    /// <summary>All done.</summary>
    public const int Done = 0;

    /// <summary>A file failed for good.</summary>
    public const int Failed = 1;

    /// <summary>Nothing started: usage, settings, no or refused token, state folder, PATH missing.</summary>
    public const int NotStarted = 2;

    /// <summary>Interrupted; running the same command again goes on.</summary>
    public const int Interrupted = 3;

    /// <summary>Outside Notion's limits.</summary>
    public const int OutsideLimits = 4;

    /// <summary>One file's code.</summary>
    public static int Of(UploadResult result) => result.Status switch
    {
        UploadStatus.Done => Done,
        UploadStatus.Interrupted => result.Error?.Code.ExitCode ?? Interrupted,
        UploadStatus.Refused => result.Error?.Code.ExitCode ?? OutsideLimits,
        _ => result.Error?.Code.ExitCode ?? Failed,
    };

    /// <summary>
    /// Several files: the first that applies of 1, 4, 3. Where something keeps every file from starting (a refused token) and
    /// nothing was moved, that is said instead; where it came up later, such files count by how they ended.
    /// </summary>
    public static int Of(IReadOnlyCollection<UploadResult> results)
    {
        var codes = results.Select(Of).ToHashSet();
        if (codes.Remove(NotStarted))
        {
            if (!results.Any(HasMoved))
            {
                return NotStarted;
            }

            codes.UnionWith(results.Where(r => Of(r) == NotStarted).Select(r => r.Status == UploadStatus.Interrupted ? Interrupted : Failed));
        }

        ReadOnlySpan<int> order = [Failed, OutsideLimits, Interrupted];
        foreach (var code in order)
        {
            if (codes.Contains(code))
            {
                return code;
            }
        }

        return Done;
    }

    private static bool HasMoved(UploadResult result) => result.Status == UploadStatus.Done || result.BytesSent > 0 || result.ResumedFrom > 0;
}

namespace Sluice.Cli.Input;

/// <summary>What the PATHs of a command line come to.</summary>
/// <param name="Items">In the order of the PATHs, each folder's and glob's files sorted; no file twice.</param>
/// <param name="Problems">What has to be put right before anything starts.</param>
/// <param name="Hidden">How many files were left out because a name on their way begins with a dot.</param>
internal sealed record PathList(IReadOnlyList<UploadItem> Items, IReadOnlyList<PathProblem> Problems, int Hidden);

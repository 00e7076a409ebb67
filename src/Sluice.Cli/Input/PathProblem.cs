namespace Sluice.Cli.Input;

/// <summary>A PATH that gives nothing to upload.</summary>
internal sealed record PathProblem(string Path, string Message);

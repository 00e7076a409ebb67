namespace Sluice.Cli.Output;

/// <summary>Where a file was attached; ids that are not known are null.</summary>
internal sealed record AttachedLine(string? PageId, string? BlockId, string? Url);

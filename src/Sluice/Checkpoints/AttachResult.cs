namespace Sluice.Checkpoints;

/// <summary>Where a file was attached; ids that could not be found out are null, the attach itself is certain.</summary>
internal sealed record AttachResult(string? PageId, string? BlockId, string? Url);

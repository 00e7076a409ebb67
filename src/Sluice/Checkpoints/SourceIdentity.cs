namespace Sluice.Checkpoints;

/// <summary>How a source looked when its upload began.</summary>
/// <param name="Kind"><c>file</c>, <c>spool</c> or <c>stream</c>.</param>
/// <param name="Path">The absolute path of a file, or the spool file's name.</param>
/// <param name="Length">Bytes.</param>
/// <param name="ModifiedUtc">Last write time of a file.</param>
/// <param name="Inode">Device and inode of a file where the system has them.</param>
internal sealed record SourceIdentity(string Kind, string? Path, long Length, DateTimeOffset? ModifiedUtc, string? Inode);

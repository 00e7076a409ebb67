namespace Sluice.Simulation;

/// <summary>One effect of an attach.</summary>
internal sealed record ModelAttachment(string Id, string TargetId, string Kind, string FileUploadId, string Name);

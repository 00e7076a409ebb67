namespace Sluice.Simulator.Workspace;

/// <summary>A file in a property, a block, an icon or a cover: an upload, or an external address.</summary>
internal sealed record SimulatedFile(string? FileUploadId, string? ExternalUrl, string? Name);

namespace Sluice.Simulator;

/// <summary>An entry of a files property: an upload, or an external address.</summary>
internal sealed record SimulatedFile(string Name, string? FileUploadId, string? ExternalUrl);

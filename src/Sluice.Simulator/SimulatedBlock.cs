namespace Sluice.Simulator;

/// <summary>A media block.</summary>
internal sealed record SimulatedBlock(string Id, string Parent, string Type, string FileUploadId, string? Name, string? Caption, DateTimeOffset Created);

namespace Sluice.Simulator;

/// <summary>Where an upload was attached: a block, an entry of a property, or both ids null for icon and cover.</summary>
internal sealed record SimulatedAttachment(string PageId, string? BlockId, string? Property);

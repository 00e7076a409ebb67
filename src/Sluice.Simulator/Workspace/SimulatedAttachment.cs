namespace Sluice.Simulator.Workspace;

/// <summary>Where an upload was attached: a block, or a property of the page; <c>icon</c> and <c>cover</c> count as properties here.</summary>
internal sealed record SimulatedAttachment(string PageId, string? BlockId, string? Property);

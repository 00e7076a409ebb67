namespace Sluice.Simulation;

/// <summary>One part as Notion took it; without its bytes where they are generated.</summary>
internal readonly record struct ModelPart(long Length, byte[]? Bytes);

namespace Sluice.Simulator;

/// <summary>One stored part: its bytes lie in a file, its digest was made as they came.</summary>
internal sealed record SimulatedPart(int Number, long Length, string Sha256, string File);

namespace Sluice.Bench.Budget;

/// <summary>What one benchmark allocates.</summary>
/// <param name="Name">Class and method, without the word Benchmarks.</param>
/// <param name="Bytes">Bytes per operation.</param>
internal sealed record Measurement(string Name, double Bytes);

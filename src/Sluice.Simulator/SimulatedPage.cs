namespace Sluice.Simulator;

/// <summary>A page or row.</summary>
internal sealed class SimulatedPage
{
    public required string Id { get; init; }

    public string Title { get; set; } = "";

    public string? DataSource { get; init; }

    public required DateTimeOffset Created { get; init; }

    public List<SimulatedBlock> Blocks { get; } = [];

    public List<SimulatedFile> Files { get; set; } = [];
}

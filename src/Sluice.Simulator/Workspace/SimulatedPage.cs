namespace Sluice.Simulator.Workspace;

/// <summary>A page or a row.</summary>
internal sealed class SimulatedPage
{
    public required string Id { get; init; }

    public string Title { get; set; } = "";

    /// <summary>It is a row of the database.</summary>
    public bool IsRow { get; init; }

    /// <summary>The page it lies on; null: it is a row, or lies in the workspace.</summary>
    public string? ParentPage { get; init; }

    /// <summary>The token of the connection that made it.</summary>
    public required string Token { get; init; }

    public required DateTimeOffset Created { get; init; }

    public required DateTimeOffset Edited { get; set; }

    public bool InTrash { get; set; }

    public bool IsArchived { get; set; }

    public bool IsLocked { get; set; }

    public string? Emoji { get; set; }

    public SimulatedFile? Icon { get; set; }

    public SimulatedFile? Cover { get; set; }

    public List<SimulatedBlock> Blocks { get; } = [];

    /// <summary>The files property; rows have one.</summary>
    public IReadOnlyList<SimulatedFile> Files { get; set; } = [];
}

namespace Sluice.Simulator.Workspace;

/// <summary>A media block.</summary>
internal sealed class SimulatedBlock
{
    public required string Id { get; init; }

    /// <summary>The page it lies on.</summary>
    public required string Parent { get; init; }

    /// <summary>image, video, audio, pdf or file.</summary>
    public required string Type { get; init; }

    /// <summary>The token of the connection that made it.</summary>
    public required string Token { get; init; }

    public required DateTimeOffset Created { get; init; }

    public required DateTimeOffset Edited { get; set; }

    public required SimulatedFile File { get; set; }

    public string? Caption { get; set; }

    public bool InTrash { get; set; }
}

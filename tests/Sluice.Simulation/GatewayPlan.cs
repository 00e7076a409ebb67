namespace Sluice.Simulation;

/// <summary>What clients do to a gateway, and what befalls it.</summary>
internal sealed record GatewayPlan(params ClientHabit[] Habits)
{
    public int LeastClients { get; init; } = 1;

    public int MostClients { get; init; } = 4;

    /// <summary>A second client with the same file and address, for each upload.</summary>
    public bool Twice { get; init; }

    /// <summary>How often an answer does not reach its client.</summary>
    public double AnswersLost { get; init; }

    /// <summary>How often the gateway is told to stop (SIGTERM), at most.</summary>
    public int Terms { get; init; }

    /// <summary>The room on its disk, in bytes; 0: no disk.</summary>
    public long Room { get; init; }

    /// <summary>One receive window in bytes; 128 on the scale of the parts.</summary>
    public int Window { get; init; } = 128;

    /// <summary>No client may run out of patience: whatever happens, offsets move.</summary>
    public bool NobodyGivesUp { get; init; }
}

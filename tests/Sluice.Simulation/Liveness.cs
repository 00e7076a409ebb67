using Sluice.Checkpoints;

namespace Sluice.Simulation;

/// <summary>Knows which processes were killed, as a file lock does.</summary>
internal sealed class Liveness(World world) : IOwnerLiveness
{
    public bool IsKnownDead(string holder) => world.Scenario.DeathIsKnown && world.Processes.Any(p => p.Name == holder && p.Dead);
}

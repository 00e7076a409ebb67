using System.Collections.Concurrent;
using Sluice.Checkpoints;

namespace Sluice.Conformance.Checkpoints;

/// <summary>Owners that a test declares dead.</summary>
internal sealed class DeadOwners : IOwnerLiveness
{
    private readonly ConcurrentDictionary<string, bool> _dead = new(StringComparer.Ordinal);

    public void Bury(string holder) => _dead[holder] = true;

    public bool IsKnownDead(string holder) => _dead.ContainsKey(holder);
}

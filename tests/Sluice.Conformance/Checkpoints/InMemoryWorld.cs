using Sluice.Checkpoints;
using Sluice.Checkpoints.InMemory;

namespace Sluice.Conformance.Checkpoints;

public sealed class InMemoryWorld : StoreWorld
{
    private InMemoryCheckpointStore? _first;

    private protected override Task<ICheckpointStore> OpenStoreAsync()
    {
        _first ??= new(Time, Dead);
        return Task.FromResult<ICheckpointStore>(_first.Connect());
    }
}

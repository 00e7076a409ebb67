namespace Sluice.Checkpoints.InMemory;

/// <summary>
/// The reference implementation: it says what the others must do, and carries the deterministic simulation. Without faults
/// every call is over when it returns. <see cref="Connect"/> gives further processes their own way to the same state.
/// </summary>
internal sealed class InMemoryCheckpointStore : ICheckpointStore
{
    private readonly InMemoryGate _gate;

    /// <param name="time">The store's clock.</param>
    /// <param name="liveness">Which holders are dead; null: nothing is known.</param>
    /// <param name="keepUnsynced">Remembers commits that a power loss may take back (<see cref="LosePower"/>); costs memory.</param>
    /// <param name="faults">What goes wrong for this process; null: nothing.</param>
    public InMemoryCheckpointStore(TimeProvider time, IOwnerLiveness? liveness = null, bool keepUnsynced = false, StoreFaults? faults = null)
        : this(new InMemoryGate(new InMemoryCore(time, liveness, keepUnsynced), faults))
    {
    }

    private InMemoryCheckpointStore(InMemoryGate gate)
    {
        _gate = gate;
        Uploads = new InMemoryUploads(gate);
        Leases = new InMemoryLeases(gate);
        Connections = new InMemoryConnections(gate);
        Keys = new InMemoryKeys(gate);
        Links = new InMemoryLinks(gate);
        Tails = new InMemoryTails(gate);
        Outbox = new InMemoryOutbox(gate);
    }

    public IUploadStore Uploads { get; }

    public ILeaseStore Leases { get; }

    public IConnectionStore Connections { get; }

    public IKeyStore Keys { get; }

    public ILinkStore Links { get; }

    public ITailStore Tails { get; }

    public IOutbox Outbox { get; }

    /// <summary>The last commit.</summary>
    public InMemoryState State => _gate.Core.State;

    /// <summary>What is left for certain after a loss of power; kept with <c>keepUnsynced</c> only.</summary>
    public InMemoryState Synced => _gate.Core.Synced;

    /// <summary>How many commits a power loss could take back.</summary>
    public int UnsyncedCommits => _gate.Core.UnsyncedCommits;

    /// <summary>Another process's way to the same state.</summary>
    public InMemoryCheckpointStore Connect(StoreFaults? faults = null) => new(new InMemoryGate(_gate.Core, faults));

    /// <inheritdoc cref="InMemoryCore.LosePower"/>
    public void LosePower(Random random) => _gate.Core.LosePower(random);

    public async ValueTask CheckAsync(CancellationToken cancellationToken) =>
        await _gate.ReadAsync("check", static (_, _) => true, cancellationToken).ConfigureAwait(false);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

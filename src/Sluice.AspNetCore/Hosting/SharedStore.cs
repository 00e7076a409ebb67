using Sluice.Checkpoints;

namespace Sluice.AspNetCore.Hosting;

/// <summary>A store in the hands of somebody who does not own it: closing it closes nothing.</summary>
internal sealed class SharedStore(ICheckpointStore store) : ICheckpointStore
{
    public IUploadStore Uploads => store.Uploads;

    public ILeaseStore Leases => store.Leases;

    public IConnectionStore Connections => store.Connections;

    public IKeyStore Keys => store.Keys;

    public ILinkStore Links => store.Links;

    public ITailStore Tails => store.Tails;

    public IOutbox Outbox => store.Outbox;

    public ValueTask CheckAsync(CancellationToken cancellationToken) => store.CheckAsync(cancellationToken);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

using Microsoft.Extensions.Time.Testing;
using Sluice.Checkpoints;

namespace Sluice.Conformance.Checkpoints;

/// <summary>A place where stores of one kind keep one state. Each store opened is another process's.</summary>
public abstract class StoreWorld : IAsyncDisposable
{
    private readonly List<ICheckpointStore> _open = [];

    internal FakeTimeProvider Time { get; } = new(new(2026, 11, 1, 12, 0, 0, TimeSpan.Zero));

    internal DeadOwners Dead { get; } = new();

    /// <summary>How long another process's change may take to be seen by a watcher.</summary>
    internal virtual TimeSpan WatchDelay => TimeSpan.Zero;

    internal async Task<ICheckpointStore> OpenAsync()
    {
        var store = await OpenStoreAsync();
        _open.Add(store);
        return store;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var store in _open)
        {
            await store.DisposeAsync();
        }

        Clean();
        GC.SuppressFinalize(this);
    }

    private protected abstract Task<ICheckpointStore> OpenStoreAsync();

    private protected virtual void Clean()
    {
    }
}

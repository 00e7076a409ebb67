using Sluice.Checkpoints;

namespace Sluice.Stores.Sqlite;

/// <summary>
/// Tells watchers that their lease is asked for or lost. Changes made through this store are told at once; those of other
/// processes are looked for once a second, for all watchers together, and only where the file changed at all.
/// </summary>
internal sealed class SqliteLeaseWatch(SqliteThread thread, TimeProvider time, IOwnerLiveness? liveness) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly List<(Lease Lease, TaskCompletionSource Over)> _watches = [];
    private readonly CancellationTokenSource _closed = new();
    private bool _looking;
    private long _fileVersion = -1;

    public bool IsKnownDead(string holder) => liveness?.IsKnownDead(holder) == true;

    public async Task WatchAsync(Lease lease, CancellationToken cancellationToken)
    {
        var over = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            _watches.Add((lease, over));
        }

        try
        {
            // The first look comes after the watch is in the list, so that no change falls between them.
            await LookAsync([(lease, over)], cancellationToken).ConfigureAwait(false);
            BeginToLook();
            await over.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            lock (_lock)
            {
                _watches.RemoveAll(watch => ReferenceEquals(watch.Over, over));
            }
        }
    }

    /// <summary>Called after a change made through this store was committed.</summary>
    public void Changed(string key)
    {
        List<(Lease, TaskCompletionSource)> concerned;
        lock (_lock)
        {
            concerned = _watches.FindAll(watch => watch.Lease.Key == key);
        }

        if (concerned.Count > 0)
        {
            _ = LookQuietlyAsync(concerned);
        }
    }

    public void Dispose()
    {
        _closed.Cancel();
        lock (_lock)
        {
            foreach (var (_, over) in _watches)
            {
                over.TrySetException(new ObjectDisposedException(nameof(SqliteCheckpointStore)));
            }
        }

        _closed.Dispose();
    }

    private void BeginToLook()
    {
        lock (_lock)
        {
            if (_looking)
            {
                return;
            }

            _looking = true;
        }

        _ = LookEverySecondAsync();
    }

    private async Task LookEverySecondAsync()
    {
        var closed = _closed.Token;
        while (true)
        {
            List<(Lease, TaskCompletionSource)> watches;
            await Task.Delay(SqliteConstants.WatchEvery, time, closed).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            lock (_lock)
            {
                if (_watches.Count == 0 || closed.IsCancellationRequested)
                {
                    _looking = false;
                    return;
                }

                watches = [.. _watches];
            }

            if (await FileChangedAsync().ConfigureAwait(false))
            {
                await LookQuietlyAsync(watches).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Whether another connection wrote to the file since the last question. A store that does not answer is asked again a second later.</summary>
    private async Task<bool> FileChangedAsync()
    {
        try
        {
            var version = await thread.ReadAsync(static database => database.Number("PRAGMA data_version"), CancellationToken.None).ConfigureAwait(false);
            var changed = version != _fileVersion;
            _fileVersion = version;
            return changed;
        }
        catch (Exception e) when (e is StoreUnavailableException or Errors.SluiceException or ObjectDisposedException)
        {
            return true;
        }
    }

    /// <summary>Looks where nobody waits for the answer; a store that does not answer now is asked again by the next look.</summary>
    private async Task LookQuietlyAsync(List<(Lease Lease, TaskCompletionSource Over)> watches)
    {
        try
        {
            await LookAsync(watches, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e) when (e is StoreUnavailableException or Errors.SluiceException or ObjectDisposedException)
        {
            lock (_lock)
            {
                _fileVersion = -1;
            }
        }
    }

    private async Task LookAsync(List<(Lease Lease, TaskCompletionSource Over)> watches, CancellationToken cancellationToken)
    {
        var over = await thread.ReadAsync(
            database => watches.FindAll(watch => database.Number(
                "SELECT count(*) FROM leases WHERE key = ?1 AND holder = ?2 AND fence = ?3 AND let_go = 0", watch.Lease.Key, watch.Lease.Holder, watch.Lease.Fence) == 0),
            cancellationToken).ConfigureAwait(false);
        over.ForEach(static watch => watch.Over.TrySetResult());
    }
}

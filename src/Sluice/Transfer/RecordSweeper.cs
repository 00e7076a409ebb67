using Sluice.Checkpoints;
using Sluice.Errors;
using Sluice.Events;
using Sluice.Spool;

namespace Sluice.Transfer;

/// <summary>Removes records that are too old to go on with and spool files that no record names, when the engine opens and then at an interval (<c>Checkpoints:Cleanup</c>).</summary>
internal sealed class RecordSweeper(IUploadStore uploads, SpoolKeeper spool, CheckpointOptions options, TimeProvider time) : IAsyncDisposable
{
    /// <summary>Done ones live a day whatever the setting, for the success rate.</summary>
    private static readonly TimeSpan KeepDone = TimeSpan.FromHours(24);

    private readonly CancellationTokenSource _stop = new();
    private Task _sweeping = Task.CompletedTask;

    /// <summary>Removes once, and waits for a store that is away.</summary>
    public Task SweepAsync(CancellationToken cancellationToken) => StorePatience.AskAsync(() => SweepOnceAsync(cancellationToken), null, time, cancellationToken);

    /// <summary>Removes from now on at the interval.</summary>
    public void Start() => _sweeping = SweepForEverAsync();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _sweeping.ConfigureAwait(false);
        _stop.Dispose();
    }

    private async ValueTask<int> SweepOnceAsync(CancellationToken cancellationToken)
    {
        var expired = await uploads.DeleteExpiredAsync(options.Expiration, KeepDone, record => UploadEvents.Expired(record, time), cancellationToken).ConfigureAwait(false);
        return expired.Count + await spool.RemoveOrphansAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task SweepForEverAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(options.Cleanup, time, _stop.Token).ConfigureAwait(false);
                await SweepOnceAsync(_stop.Token).ConfigureAwait(false);
            }
            catch (Exception e) when (e is StoreUnavailableException or SluiceException or OperationCanceledException)
            {
                // Next time; what is too old does no harm meanwhile.
            }
        }
    }
}

using Sluice.Relay;

namespace Sluice.Simulation;

/// <summary>One process that serves clients: an engine, the uploads on top of it, and the front that clients talk to.</summary>
internal sealed class Gateway(World world, GatewayPlan plan) : IAsyncDisposable
{
    private RelayUploads? _uploads;

    public Process Process { get; } = world.StartProcess();

    /// <summary>What clients reach; null: not yet, or not any more.</summary>
    public GatewayFront? Front { get; private set; }

    public async Task OpenAsync()
    {
        await Process.OpenAsync().ConfigureAwait(false);
        _uploads = new RelayUploads(Process.Client.Engine, FeedOptions.Default with { Window = plan.Window });
        await _uploads.RecoverAsync(CancellationToken.None).ConfigureAwait(false);
        Front = new GatewayFront(world, Process, _uploads);
    }

    /// <summary>SIGTERM: nothing new is taken, bodies end, what is under way gets its grace.</summary>
    public async ValueTask DisposeAsync()
    {
        Front?.Drain();
        if (_uploads is { } uploads)
        {
            await uploads.DisposeAsync().ConfigureAwait(false);
        }

        Front?.Abort();
        await Process.Client.DisposeAsync().ConfigureAwait(false);
        Front?.Dispose();
        Front = null;
    }
}

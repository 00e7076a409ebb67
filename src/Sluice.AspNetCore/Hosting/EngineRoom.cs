using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sluice.Checkpoints;
using Sluice.Diagnostics;
using Sluice.Events;
using Sluice.Relay;

namespace Sluice.AspNetCore.Hosting;

/// <summary>
/// The engines of an application, one for each Notion connection: opened in the order they were added with the default one first,
/// closed from the front door inwards. They act as one process: one record of uploads, one holder of leases.
/// </summary>
internal sealed class EngineRoom : IAsyncDisposable
{
    /// <summary>What the server and its telemetry take once they are up: the engine is opened before them, and its memory is planned then (36 MiB at the opening, 41 a moment later; docs/benchmarks.md).</summary>
    private const long ServerBytes = 5L << 20;

    private readonly List<(string? Name, SluiceClient Client, RelayUploads Uploads)> _engines = [];
    private readonly Lock _lock = new();
    private Task? _bodiesEnded;
    private Task? _closed;

    /// <summary>Opens all of them, or none. Waits for that: the application is only being built, and what asks for the store cannot wait by itself.</summary>
    public EngineRoom(IServiceProvider services, IEnumerable<EngineSetup> setups, GatewayOptions options, GatewayEngine gateway, TimeProvider time, ILoggerFactory loggers)
    {
        var feeds = FeedOptions.Default with { ClientIdle = options.Front.ClientIdle, HoldRead = options.Front.HoldRead };
        try
        {
            foreach (var setup in setups.OrderBy(static s => s.Name, StringComparer.Ordinal))
            {
                var builder = new SluiceClientBuilder().UseLoggers(loggers).UseTime(time).UseYetToCome(ServerBytes);
                if (setup.Name is { } name)
                {
                    Share(builder, name);
                }

                setup.Configure(services, builder);
                var client = builder.OpenAsync().GetAwaiter().GetResult();
                Folder ??= builder.StateFolder;
                _engines.Add((setup.Name, client, new RelayUploads(client.Engine, feeds) { Connection = setup.Name }));
            }
        }
        catch
        {
            CloseAsync().GetAwaiter().GetResult();
            throw;
        }

        foreach (var (_, client, uploads) in _engines)
        {
            gateway.Attach(client, uploads);
        }

        Store = new SharedStore(Client.Engine.Store);
        Uploads = new ConnectionUploads(Store.Uploads, _engines.Select(static e => e.Uploads));
    }

    /// <summary>The default connection's client.</summary>
    public SluiceClient Client => _engines[0].Client;

    /// <summary>The record of all of them; nobody but this room closes it.</summary>
    public ICheckpointStore Store { get; }

    /// <summary>The clients' uploads of all of them.</summary>
    public IRelayUploads Uploads { get; }

    private string? Folder { get; set; }

    /// <summary>Goes on with what needs no client.</summary>
    public async Task RecoverAsync(CancellationToken cancellationToken)
    {
        foreach (var (_, _, uploads) in _engines)
        {
            await uploads.RecoverAsync(cancellationToken);
        }
    }

    /// <summary>Tells alerts of all engines from now on; null: nobody any more.</summary>
    public void TellAlerts(AlertNews? news)
    {
        foreach (var alerts in _engines.Select(static e => e.Client.Engine.Health?.Alerts).OfType<AlertBoard>())
        {
            alerts.News = news;
        }
    }

    /// <summary>Ends the bodies that run, so that the server need not wait for clients.</summary>
    public Task EndBodiesAsync()
    {
        lock (_lock)
        {
            return _bodiesEnded ??= Task.WhenAll(_engines.Select(static e => e.Uploads.DisposeAsync().AsTask()));
        }
    }

    /// <summary>Stops what is under way and closes the store.</summary>
    public Task CloseAsync()
    {
        lock (_lock)
        {
            return _closed ??= CloseOnceAsync();
        }
    }

    public async ValueTask DisposeAsync() => await CloseAsync();

    private async Task CloseOnceAsync()
    {
        await EndBodiesAsync();

        // The default one last: its store is everybody's.
        foreach (var (_, client, _) in Enumerable.Reverse(_engines))
        {
            await client.DisposeAsync();
        }
    }

    private void Share(SluiceClientBuilder builder, string name)
    {
        var first = _engines.FirstOrDefault().Client?.Engine ?? throw new InvalidOperationException("AddSluiceConnection needs AddSluiceEngine, whose record of uploads it shares.");
        builder
            .UseStateFolder(Path.Combine(Folder!, "connections", name))
            .UseHolder(first.Holder)
            .UseLeases(first.Leases)
            .UseStore(_ => ValueTask.FromResult<ICheckpointStore>(new SharedStore(first.Store)));
    }
}

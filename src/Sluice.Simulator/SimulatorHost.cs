using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Sluice.Simulator;

/// <summary>The simulator as a server on loopback.</summary>
public sealed class SimulatorHost : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly string? _temporary;

    private SimulatorHost(WebApplication application, Uri address, string? temporary)
    {
        _application = application;
        Address = address;
        _temporary = temporary;
    }

    /// <summary>Where it listens.</summary>
    public Uri Address { get; }

    /// <summary>Starts a simulator.</summary>
    /// <param name="options">How it behaves.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <returns>The running simulator; to be disposed of.</returns>
    /// <exception cref="ArgumentException">The options name a profile or plan that does not exist.</exception>
    /// <exception cref="IOException">The address is taken.</exception>
    public static async Task<SimulatorHost> StartAsync(SimulatorOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (!FaultProfile.Names.Contains(options.Profile) || options.Plan is not ("free" or "plus" or "business"))
        {
            throw new ArgumentException($"Profiles are {string.Join(", ", FaultProfile.Names)}; plans are free, plus and business.", nameof(options));
        }

        var temporary = options.Store is null ? Directory.CreateTempSubdirectory("sluice-simulator-").FullName : null;
        var folder = options.Store ?? temporary!;
        Directory.CreateDirectory(folder);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var listen = new Uri(options.Listen);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
            var ip = listen.Host == "localhost" ? IPAddress.Loopback : IPAddress.Parse(listen.Host);
            kestrel.Listen(ip, listen.Port, endpoint => endpoint.Protocols = HttpProtocols.Http1);
        });
        var application = builder.Build();
        SimulatorServer? server = null;
        application.Run(context => server!.HandleAsync(context));
        try
        {
            // The address is known only once it listens; nothing is served before the server is there.
            var state = new SimulatorState(options, new SimulatorClock(options.Time));
            server = new SimulatorServer(state, folder, () => Bound(application));
            await application.StartAsync(cancellationToken);
        }
        catch
        {
            await application.DisposeAsync();
            throw;
        }

        return new SimulatorHost(application, Bound(application), temporary);
    }

    /// <summary>Waits until the process is told to stop.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task WaitForShutdownAsync(CancellationToken cancellationToken = default) => HostingAbstractionsHostExtensions.WaitForShutdownAsync(_application, cancellationToken);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        using (var now = new CancellationTokenSource())
        {
            await now.CancelAsync();
            await _application.StopAsync(now.Token);
        }

        await _application.DisposeAsync();
        if (_temporary is not null)
        {
            Directory.Delete(_temporary, recursive: true);
        }
    }

    private static Uri Bound(WebApplication application) =>
        new(application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
}

using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sluice.Simulator.Faults;
using Sluice.Simulator.Serving;
using Sluice.Simulator.State;

namespace Sluice.Simulator;

/// <summary>The simulator as a server on loopback.</summary>
public sealed class SimulatorHost : IAsyncDisposable
{
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(10);

    private readonly WebApplication _application;
    private readonly SimulatorState _state;
    private readonly string? _temporary;

    private SimulatorHost(WebApplication application, SimulatorState state, string? temporary)
    {
        (_application, _state, _temporary) = (application, state, temporary);
        Address = Bound(application);
    }

    /// <summary>Where it listens.</summary>
    public Uri Address { get; }

    /// <summary>Where parts lie while they are not in the digests; null: bytes are kept where the options say.</summary>
    internal string? TemporaryFolder => _temporary;

    /// <summary>Starts a simulator.</summary>
    /// <param name="options">How it behaves.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <returns>The running simulator; to be disposed of.</returns>
    /// <exception cref="ArgumentException">The options name an address, a profile or a plan that does not exist.</exception>
    /// <exception cref="FormatException">The script is not valid; the message says where and what is allowed.</exception>
    /// <exception cref="IOException">The address is taken, or the script or the folder cannot be used.</exception>
    public static async Task<SimulatorHost> StartAsync(SimulatorOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var (ip, port) = Check(options);
        var state = await ReadScriptAsync(options, cancellationToken);
        var temporary = options.Store is null ? Directory.CreateTempSubdirectory("sluice-simulator-").FullName : null;
        var folder = options.Store ?? temporary!;
        Directory.CreateDirectory(folder);
        WebApplication? application = null;
        try
        {
            application = Build(ip, port);
            var server = new SimulatorServer(state, folder, () => Bound(application));
            application.Run(server.HandleAsync);
            await application.StartAsync(cancellationToken);
            return new SimulatorHost(application, state, temporary);
        }
        catch
        {
            await (application?.DisposeAsync() ?? default);
            Remove(temporary);
            throw;
        }
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

        try
        {
            // Every request was told that its client left; a file is taken away only when nobody writes to it any more.
            await _state.Running.WhenIdleAsync(StopPatience, _state.Options.Time);
        }
        catch (TimeoutException)
        {
            // The folder goes all the same.
        }

        await _application.DisposeAsync();
        if (_temporary is not null)
        {
            lock (_state.Lock)
            {
                _state.Reset();
            }
        }

        Remove(_temporary);
    }

    private static async Task<SimulatorState> ReadScriptAsync(SimulatorOptions options, CancellationToken cancellationToken)
    {
        var script = options.Script is null ? null : await File.ReadAllTextAsync(options.Script, cancellationToken);
        try
        {
            return new SimulatorState(options, Switches(options), script);
        }
        catch (FormatException e)
        {
            throw new FormatException($"{options.Script}: {e.Message}", e);
        }
    }

    private static WebApplication Build(IPAddress ip, int port)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Listen(ip, port, endpoint => endpoint.Protocols = HttpProtocols.Http1);
        });
        return builder.Build();
    }

    private static (IPAddress Ip, int Port) Check(SimulatorOptions options)
    {
        if (!FaultProfile.Names.Contains(options.Profile) || options.Plan is not ("free" or "plus" or "business"))
        {
            throw new ArgumentException($"Profiles are {string.Join(", ", FaultProfile.Names)}; plans are free, plus and business.", nameof(options));
        }

        var ip = IPAddress.Loopback;
        return Uri.TryCreate(options.Listen, UriKind.Absolute, out var listen) && listen.Scheme == Uri.UriSchemeHttp && (listen.Host == "localhost" || IPAddress.TryParse(listen.Host, out ip))
            ? (ip, listen.Port)
            : throw new ArgumentException($"'{options.Listen}' is no address to listen on; write http://<ip address>:<port>, such as http://127.0.0.1:8090.", nameof(options));
    }

    private static SimulatorSwitches Switches(SimulatorOptions options) => new()
    {
        Plan = options.Plan,
        RequestsPerMinute = options.RequestsPerMinute,
        Latency = options.Latency,
        Bandwidth = options.Bandwidth,
        Lifetime = options.Lifetime,
        LateExpiry = options.LateExpiry,
        NotReady = options.NotReady,
    };

    private static void Remove(string? folder)
    {
        if (folder is not null && Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static Uri Bound(WebApplication application) =>
        new(application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
}

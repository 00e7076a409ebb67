using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sluice.AspNetCore;
using Sluice.AspNetCore.Hosting;
using Sluice.AspNetCore.Security;
using Sluice.Checkpoints;
using Sluice.Cli.Commands;
using Sluice.Cli.State;
using Sluice.Cli.Telemetry;
using Sluice.Errors;
using Sluice.Relay;

namespace Sluice.Cli.Serving;

/// <summary>The gateway as this program runs it: an engine on the state folder, the front door on top, a server around it.</summary>
internal sealed class GatewayHost : IAsyncDisposable
{
    /// <summary>What requests have for their last answer after every body was ended.</summary>
    private static readonly TimeSpan AnswerGrace = TimeSpan.FromSeconds(2);

    private readonly ClientSession _session;
    private readonly RelayUploads _uploads;
    private readonly WebApplication _application;

    private GatewayHost(ClientSession session, RelayUploads uploads, WebApplication application)
    {
        (_session, _uploads, _application) = (session, uploads, application);
        Addresses = [.. application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Select(a => new Uri(a.Replace("[::]", "127.0.0.1", StringComparison.Ordinal)))];
    }

    /// <summary>Where it listens; loopback stands for every address.</summary>
    public IReadOnlyList<Uri> Addresses { get; }

    /// <summary>The uploads that come in here.</summary>
    public IRelayUploads Uploads => _uploads;

    /// <summary>Opens the state folder, goes on with what does not need its client, then listens.</summary>
    /// <exception cref="SluiceException">It cannot or must not start: <c>bad_request</c> where nobody would need a key beyond loopback, or an address is taken; and what opening a client throws.</exception>
    public static async Task<GatewayHost> StartAsync(World world, ServeArguments arguments, CancellationToken cancellationToken)
    {
        // 1. The engine.
        var files = OpenFileLimit.Raise();
        var session = await ClientSession.OpenAsync(world, arguments.Settings, arguments.Data, arguments.LogLevel, cancellationToken);
        RelayUploads? uploads = null;
        WebApplication? application = null;
        try
        {
            // 2. Nobody beyond this machine comes in without a key, unless that is meant.
            var gateway = arguments.Settings.Gateway;
            var keys = new KeyRing(gateway.Security.Keys, session.Store.Keys, world.Time);
            if (AnonymousRule.RefusalToStart(arguments.Listen, await keys.AnyAsync(cancellationToken), gateway.Security.AllowAnonymous) is { } refusal)
            {
                throw new SluiceException(ErrorCodes.BadRequest, refusal);
            }

            // 3. What Notion or the disk has whole goes on without its client.
            uploads = new RelayUploads(session.Client.Engine, Feed(gateway.Front));
            await uploads.RecoverAsync(cancellationToken);

            // 4. The door opens last.
            LimitToFiles(gateway, files);
            application = Build(world, arguments, session.Store, uploads);
            application.Services.GetRequiredService<GatewayEngine>().Attach(session.Client, uploads);
            await application.StartAsync(cancellationToken);
            return new GatewayHost(session, uploads, application);
        }
        catch (Exception e)
        {
            await CloseAsync(application, uploads, session);
            if (e is IOException or System.Net.Sockets.SocketException)
            {
                throw new SluiceException(ErrorCodes.BadRequest, $"The gateway cannot listen: {e.Message} Name another address with --listen.", e);
            }

            throw;
        }
    }

    /// <summary>Stops: nothing new, bodies end at once and what they brought is kept, sends under way get their grace.</summary>
    public ValueTask DisposeAsync() => CloseAsync(_application, _uploads, _session);

    private static async ValueTask CloseAsync(WebApplication? application, RelayUploads? uploads, ClientSession session)
    {
        application?.Services.GetRequiredService<GatewayDrain>().Begin();
        if (uploads is not null)
        {
            await uploads.DisposeAsync();
        }

        if (application is not null)
        {
            using var limit = new CancellationTokenSource(AnswerGrace, TimeProvider.System);
            await application.StopAsync(limit.Token);
            await application.DisposeAsync();
        }

        await session.DisposeAsync();
    }

    private static WebApplication Build(World world, ServeArguments arguments, ICheckpointStore store, RelayUploads uploads)
    {
        var settings = arguments.Settings.Gateway;
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.Services.AddSingleton<ILoggerFactory>(new LineLoggerFactory(world, arguments.LogLevel));
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            foreach (var address in arguments.Listen)
            {
                ListenAddress.Apply(kestrel, address);
            }
        });
        builder.Services.AddSingleton<IHostLifetime, OwnLifetime>();
        builder.Services.AddSingleton(world.Time);
        builder.Services.AddSingleton(store);
        builder.Services.AddSingleton<IRelayUploads>(uploads);
        builder.Services.AddSluiceGateway(options => settings.CopyTo(options));
        builder.Services.AddSluiceKestrel(arguments.BehindRouter);
        builder.AddSluiceTelemetry(world);
        var application = builder.Build();
        application.UseForwardedHeaders();
        application.UseRouting();
        application.MapSluice();
        application.MapSluiceMetrics();
        return application;
    }

    private static FeedOptions Feed(FrontOptions front) => FeedOptions.Default with { ClientIdle = front.ClientIdle, HoldRead = front.HoldRead };

    /// <summary>More open uploads than sockets would be refused by the system, in the middle of a request.</summary>
    private static void LimitToFiles(GatewayOptions gateway, long? files)
    {
        if (files is { } most)
        {
            gateway.Admission.MaxOpenUploads = (int)Math.Min(gateway.Admission.MaxOpenUploads, Math.Max(1, most - OpenFileLimit.Kept));
            gateway.Front.MaxConnections = (int)Math.Min(gateway.Front.MaxConnections, Math.Max(10, most - OpenFileLimit.Kept + 200));
        }
    }
}

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sluice.AspNetCore;
using Sluice.AspNetCore.Security;
using Sluice.Cli.Commands;
using Sluice.Cli.State;
using Sluice.Cli.Telemetry;
using Sluice.Errors;
using Sluice.Pressure;
using Sluice.Relay;
using Sluice.Stores;

namespace Sluice.Cli.Serving;

/// <summary>The gateway as this program runs it: an engine on the state folder, the front door on top, a server around it.</summary>
internal sealed class GatewayHost : IAsyncDisposable
{
    /// <summary>What requests have for their last answer after every body was ended.</summary>
    private static readonly TimeSpan AnswerGrace = TimeSpan.FromSeconds(2);

    private readonly WebApplication _application;

    private GatewayHost(WebApplication application)
    {
        _application = application;
        Addresses = [.. application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Select(a => new Uri(a.Replace("[::]", "127.0.0.1", StringComparison.Ordinal)))];
    }

    /// <summary>Where it listens; loopback stands for every address.</summary>
    public IReadOnlyList<Uri> Addresses { get; }

    /// <summary>The uploads that come in here.</summary>
    public IRelayUploads Uploads => _application.Services.GetRequiredService<IRelayUploads>();

    /// <summary>Opens the state folder, goes on with what does not need its client, then listens.</summary>
    /// <exception cref="SluiceException">It cannot or must not start: <c>bad_request</c> where nobody would need a key beyond loopback, or an address is taken; and what opening a client throws.</exception>
    public static async Task<GatewayHost> StartAsync(World world, ServeArguments arguments, CancellationToken cancellationToken)
    {
        // 1. What can be refused at once.
        var (token, _) = TokenSource.Find(world, arguments.Settings.Options.Notion.TokenFile);
        DataFolder.Open(arguments.Data);
        LimitToFiles(arguments.Settings.Gateway, OpenFileLimit.Raise());
        var application = Build(world, arguments, token);
        try
        {
            // 2. The state folder is opened. Nobody beyond this machine comes in without a key, unless that is meant.
            var security = arguments.Settings.Gateway.Security;
            if (AnonymousRule.RefusalToStart(arguments.Listen, await application.Services.GetRequiredService<KeyRing>().AnyAsync(cancellationToken), security.AllowAnonymous) is { } refusal)
            {
                throw new SluiceException(ErrorCodes.BadRequest, refusal);
            }

            // 3. What Notion or the disk has whole goes on without its client (EngineService); the door opens last.
            await application.StartAsync(cancellationToken);

            // 4. What was needed to come up only.
            ProgramPages.LetGo();
            return new GatewayHost(application);
        }
        catch (Exception e)
        {
            await application.DisposeAsync();
            if (e is IOException or System.Net.Sockets.SocketException)
            {
                throw new SluiceException(ErrorCodes.BadRequest, $"The gateway cannot listen: {e.Message} Name another address with --listen.", e);
            }

            throw;
        }
    }

    /// <summary>Stops: nothing new, bodies end at once and what they brought is kept, sends under way get their grace.</summary>
    public async ValueTask DisposeAsync()
    {
        using var limit = new CancellationTokenSource(AnswerGrace, TimeProvider.System);
        await _application.StopAsync(limit.Token);
        await _application.DisposeAsync();
    }

    private static WebApplication Build(World world, ServeArguments arguments, string token)
    {
        var settings = arguments.Settings;
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton<ILoggerFactory>(new LineLoggerFactory(world, arguments.LogLevel));
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
        builder.Services.AddSluiceEngine((_, engine) => engine.UseToken(token).UseOptions(settings.Options).UseProfile(settings.Profile).UseStateFolder(arguments.Data).UseSqlite());
        builder.Services.AddSluiceGateway(options => settings.Gateway.CopyTo(options));
        builder.Services.AddSluiceKestrel(arguments.BehindRouter);
        builder.AddSluiceTelemetry(world);
        var application = builder.Build();
        application.UseForwardedHeaders();
        application.UseRouting();
        application.MapSluice();
        application.MapSluiceMetrics();
        return application;
    }

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

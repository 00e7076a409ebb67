using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Sluice.AspNetCore.Admission;
using Sluice.AspNetCore.Api;
using Sluice.AspNetCore.Direct;
using Sluice.AspNetCore.Hosting;
using Sluice.AspNetCore.Security;
using Sluice.AspNetCore.Tus;
using Sluice.Checkpoints;
using Sluice.Diagnostics;
using Sluice.Events;
using Sluice.Relay;

namespace Sluice.AspNetCore;

/// <summary>Puts the gateway into an ASP.NET Core application.</summary>
public static class SluiceGatewayExtensions
{
    /// <summary>Adds what the gateway's endpoints need. An <see cref="IUploadPolicy"/> that is registered too decides owner, target and connection.</summary>
    /// <param name="services">The application's services.</param>
    /// <param name="configure">Changes settings; what is wrong with them is listed, all of it, when the application starts.</param>
    /// <returns>The services.</returns>
    public static IServiceCollection AddSluiceGateway(this IServiceCollection services, Action<GatewayOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddRoutingCore();
        services.AddOptions<GatewayOptions>().Configure(configure ?? (static _ => { })).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<GatewayOptions>, GatewayOptionsValidator>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConfigureOptions<ForwardedHeadersOptions>, ForwardedSetup>());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(static s => s.GetRequiredService<IOptions<GatewayOptions>>().Value);
        services.TryAddSingleton(static s => s.GetRequiredService<GatewayOptions>().Front);
        services.TryAddSingleton(static s => s.GetRequiredService<GatewayOptions>().Security);
        services.TryAddSingleton(static s => s.GetRequiredService<GatewayOptions>().Tus);
        services.TryAddSingleton<GatewayDrain>();
        services.TryAddSingleton<GatewayAdmission>();
        services.TryAddSingleton<GatewayEngine>();
        services.AddHostedService<DrainService>();
        AddEvents(services);
        AddSecurity(services);
        AddTus(services);
        AddApi(services);
        return services;
    }

    /// <summary>Sets the server up for uploads: small buffers, bounded connections and headers, receive windows. For a program that is the gateway; an application with pages of its own may rather set its server up itself.</summary>
    /// <param name="services">The application's services.</param>
    /// <param name="behindRouter">True where a router or proxy on the same network takes the clients' connections.</param>
    /// <returns>The services.</returns>
    public static IServiceCollection AddSluiceKestrel(this IServiceCollection services, bool behindRouter)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddSingleton<IConfigureOptions<KestrelServerOptions>>(s => new KestrelSetup(s.GetRequiredService<IOptions<GatewayOptions>>(), behindRouter));
        services.AddSingleton<IConfigureOptions<SocketTransportOptions>>(s => new KestrelSetup(s.GetRequiredService<IOptions<GatewayOptions>>(), behindRouter));
        services.AddSingleton(static _ => new BlockPoolFactory(KestrelSettings.ReceiveBlock)).AddSingleton<IMemoryPoolFactory<byte>>(static s => s.GetRequiredService<BlockPoolFactory>());
        return services;
    }

    /// <summary>Maps the gateway: <c>/files</c> (tus, PUT, form), <c>/api/…</c>, <c>/healthz</c> and <c>/readyz</c>, below the group it is called on. Call <c>UseForwardedHeaders</c> before where Security:TrustedProxies is set.</summary>
    /// <param name="endpoints">The application, or a group of its routes.</param>
    /// <returns>Conventions for all of them, such as metadata.</returns>
    public static IEndpointConventionBuilder MapSluice(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        var services = endpoints.ServiceProvider;
        var guard = services.GetRequiredService<FrontGuard>();
        var group = endpoints.MapGroup("");
        var tus = services.GetRequiredService<TusEndpoint>();
        group.Map(TusEndpoint.BasePath + "/{**rest}", tus.RunAsync);

        var uploads = services.GetRequiredService<UploadsApi>();
        Map(ApiPaths.Uploads, new FrontVerb(HttpMethods.Get, Scopes.Read, uploads.ListAsync));
        Map(
            ApiPaths.Uploads + "/{id}",
            new FrontVerb(HttpMethods.Get, Scopes.Read | Scopes.Upload, uploads.GetAsync),
            new FrontVerb(HttpMethods.Delete, Scopes.Upload, uploads.DeleteAsync));
        Map(ApiPaths.Uploads + "/{id}/attach", new FrontVerb(HttpMethods.Post, Scopes.Upload, uploads.AttachAsync));

        var status = services.GetRequiredService<StatusApi>();
        Map(ApiPaths.Config, new FrontVerb(HttpMethods.Get, Scopes.None, status.ConfigAsync));
        Map(ApiPaths.Status, new FrontVerb(HttpMethods.Get, Scopes.Read, status.StatusAsync));
        Map(ApiPaths.Events, new FrontVerb(HttpMethods.Get, Scopes.Read, services.GetRequiredService<EventsApi>().RunAsync));

        var op = services.GetRequiredService<OperatorApi>();
        Map(ApiPaths.Alerts, new FrontVerb(HttpMethods.Get, Scopes.Read, op.AlertsAsync));
        Map(ApiPaths.Features, new FrontVerb(HttpMethods.Get, Scopes.Admin, op.FeaturesAsync), new FrontVerb(HttpMethods.Put, Scopes.Admin, op.SwitchAsync));

        var links = services.GetRequiredService<LinksApi>();
        Map(ApiPaths.Links, new FrontVerb(HttpMethods.Get, Scopes.Upload, links.ListAsync), new FrontVerb(HttpMethods.Post, Scopes.Upload, links.CreateAsync));
        Map(ApiPaths.Links + "/{id}", new FrontVerb(HttpMethods.Delete, Scopes.Upload, links.RevokeAsync));

        Map(
            ApiPaths.Session,
            new FrontVerb(HttpMethods.Get, Scopes.None, SessionApi.WhoAsync),
            new FrontVerb(HttpMethods.Post, Scopes.None, services.GetRequiredService<SessionApi>().LoginAsync) { Open = true },
            new FrontVerb(HttpMethods.Delete, Scopes.None, SessionApi.LogoutAsync) { Open = true });

        group.Map(ApiPaths.Alive, StatusApi.AliveAsync);
        group.Map(ApiPaths.Ready, status.ReadyAsync);
        return group;

        void Map(string path, params FrontVerb[] verbs) => group.Map(path, (RequestDelegate)(http => guard.RunAsync(http, http.Request.Method, verbs)));
    }

    private static void AddEvents(IServiceCollection services)
    {
        services.TryAddSingleton(static s => s.GetService<EngineRoom>()?.Client.Engine.Options.Monitoring ?? new MonitoringOptions());
        services.TryAddSingleton(EventOptions.Default);
        services.AddHostedService(static s => new EventService(
            s.GetRequiredService<ICheckpointStore>(), s.GetServices<IUploadOutcomeHandler>(), s.GetRequiredService<MonitoringOptions>(), s.GetRequiredService<EventOptions>(), s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ILoggerFactory>(), s.GetService<EngineRoom>()));
    }

    private static void AddSecurity(IServiceCollection services)
    {
        services.TryAddSingleton(static s => s.GetRequiredService<ICheckpointStore>().Links);
        services.TryAddSingleton(static s => new KeyRing(s.GetRequiredService<SecurityOptions>().Keys, s.GetRequiredService<ICheckpointStore>().Keys, s.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton(static s => new SigningKeys(s.GetRequiredService<SecurityOptions>().LinkKey));
        services.TryAddSingleton(static s => new Authenticator(
            s.GetRequiredService<KeyRing>(), s.GetRequiredService<ILinkStore>(), s.GetRequiredService<SigningKeys>(), s.GetRequiredService<SecurityOptions>(), s.GetService<IUploadPolicy>(), s.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton(static s => new RequestRates(s.GetRequiredService<SecurityOptions>().RequestsPerMinute));
        services.TryAddSingleton(static s => new OwnerLoad(s.GetRequiredService<IRelayUploads>(), s.GetRequiredService<SecurityOptions>().MaxUploadsPerOwner, s.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton(static s => new UploadDoor(
            s.GetRequiredService<IRelayUploads>(), s.GetRequiredService<ILinkStore>(), s.GetRequiredService<OwnerLoad>(), s.GetRequiredService<GatewayOptions>(), s.GetRequiredService<GatewayDrain>(), s.GetService<IUploadPolicy>(), s.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<UploadFinder>();
        services.TryAddSingleton<FrontGuard>();
    }

    private static void AddTus(IServiceCollection services)
    {
        services.TryAddSingleton<ChecksumRoom>();
        services.TryAddSingleton<PendingBodies>();
        services.TryAddSingleton<BodyTaker>();
        services.TryAddSingleton<FinishWait>();
        services.TryAddSingleton<TusCreate>();
        services.TryAddSingleton<TusHead>();
        services.TryAddSingleton<TusPatch>();
        services.TryAddSingleton<TusDelete>();
        services.TryAddSingleton<DirectAnswer>();
        services.TryAddSingleton<DirectPut>();
        services.TryAddSingleton<DirectForm>();
        services.TryAddSingleton<TusEndpoint>();
    }

    private static void AddApi(IServiceCollection services)
    {
        services.TryAddSingleton<OwnUploads>();
        services.TryAddSingleton<UploadsApi>();
        services.TryAddSingleton<StatusBoard>();
        services.TryAddSingleton<StatusApi>();
        services.TryAddSingleton<OperatorApi>();
        services.TryAddSingleton<LinksApi>();
        services.TryAddSingleton<SessionApi>();
        services.TryAddSingleton<EventHub>();
        services.TryAddSingleton<EventsApi>();
    }
}

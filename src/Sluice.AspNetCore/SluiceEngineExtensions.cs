using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Sluice.AspNetCore.Hosting;
using Sluice.Checkpoints;
using Sluice.Relay;

namespace Sluice.AspNetCore;

/// <summary>Puts the engine behind the gateway's endpoints into an ASP.NET Core application.</summary>
public static class SluiceEngineExtensions
{
    /// <summary>
    /// Adds the engine that moves the gateway's uploads, as a <see cref="SluiceClient"/> too. It is opened when the first part of the
    /// application asks for it (at the latest when the host starts, before the server listens), and closed after the server.
    /// Call it once, beside <see cref="SluiceGatewayExtensions.AddSluiceGateway"/>.
    /// </summary>
    /// <param name="services">The application's services.</param>
    /// <param name="configure">Puts the client together: token, settings, store. Loggers and clock are the application's already.</param>
    /// <returns>The services.</returns>
    /// <exception cref="InvalidOperationException">There is an engine already.</exception>
    public static IServiceCollection AddSluiceEngine(this IServiceCollection services, Action<IServiceProvider, SluiceClientBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        Add(services, new EngineSetup(null, configure));
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<EngineRoom>();
        services.AddSingleton<IRelayUploads>(static s => s.GetRequiredService<EngineRoom>().Uploads);
        services.AddSingleton<ICheckpointStore>(static s => s.GetRequiredService<EngineRoom>().Store);
        services.AddSingleton(static s => s.GetRequiredService<EngineRoom>().Client);
        services.AddHostedService<EngineService>();
        return services;
    }

    /// <summary>
    /// Adds a Notion connection with a token of its own, which <see cref="UploadDecision.Connection"/> chooses by its name. It shares the
    /// record of uploads and the state folder with the default one; settings, pace and memory (<c>Memory:BufferMb</c>) are its own and add up.
    /// </summary>
    /// <param name="services">The application's services.</param>
    /// <param name="name">Its name, 1 to 64 letters, digits, '-' or '_'. Recorded with each upload: keep it, and the bot behind it, as long as uploads are unfinished.</param>
    /// <param name="configure">Puts its client together: token and settings. Loggers, clock, state folder and store are set already.</param>
    /// <returns>The services.</returns>
    /// <exception cref="ArgumentException">The name cannot be one.</exception>
    /// <exception cref="InvalidOperationException">There is a connection of that name already.</exception>
    public static IServiceCollection AddSluiceConnection(this IServiceCollection services, string name, Action<IServiceProvider, SluiceClientBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (name.Length > 64 || !name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
        {
            throw new ArgumentException($"'{name}' cannot name a connection: use 1 to 64 letters, digits, '-' or '_'.", nameof(name));
        }

        Add(services, new EngineSetup(name, configure));
        return services;
    }

    private static void Add(IServiceCollection services, EngineSetup setup)
    {
        if (services.Any(s => s.ImplementationInstance is EngineSetup known && string.Equals(known.Name, setup.Name, StringComparison.Ordinal)))
        {
            throw new InvalidOperationException(setup.Name is { } name ? $"There is a Notion connection named '{name}' already." : "AddSluiceEngine was called before; add further connections with AddSluiceConnection.");
        }

        services.AddSingleton(setup);
    }
}

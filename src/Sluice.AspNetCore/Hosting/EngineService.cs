using Microsoft.Extensions.Hosting;

namespace Sluice.AspNetCore.Hosting;

/// <summary>
/// The engine's life within the host: what needs no client goes on before the server listens, bodies end with the first word of
/// shutdown, and the engine closes when the server has answered its last request.
/// </summary>
internal sealed class EngineService(EngineRoom room, IHostApplicationLifetime lifetime) : IHostedService
{
    private CancellationTokenRegistration _stopping;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _stopping = lifetime.ApplicationStopping.Register(static state => _ = ((EngineRoom)state!).EndBodiesAsync(), room);
        return room.RecoverAsync(cancellationToken);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.DisposeAsync();
        await room.CloseAsync();
    }
}

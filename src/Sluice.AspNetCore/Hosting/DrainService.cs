using Microsoft.Extensions.Hosting;

namespace Sluice.AspNetCore.Hosting;

/// <summary>Begins the drain with the first word of shutdown: before the server waits for its requests, which event streams and waiting answers would hold up.</summary>
internal sealed class DrainService(GatewayDrain drain, IHostApplicationLifetime lifetime) : IHostedService
{
    private CancellationTokenRegistration _stopping;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _stopping = lifetime.ApplicationStopping.Register(drain.Begin);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        drain.Begin();
        _stopping.Dispose();
        return Task.CompletedTask;
    }
}

using Microsoft.Extensions.Hosting;

namespace Sluice.Cli.Serving;

/// <summary>The program listens to signals itself (<see cref="StopSignal"/>); the server is started and stopped by its command.</summary>
internal sealed class OwnLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

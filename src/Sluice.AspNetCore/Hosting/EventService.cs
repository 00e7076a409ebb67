using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sluice.Checkpoints;
using Sluice.Diagnostics;
using Sluice.Errors;
using Sluice.Events;

namespace Sluice.AspNetCore.Hosting;

/// <summary>
/// Tells the webhook and the application's handlers what happened, for as long as the host runs. With nobody to tell, events are taken
/// out all the same, so that the outbox does not grow.
/// </summary>
internal sealed class EventService(
    ICheckpointStore store, IEnumerable<IUploadOutcomeHandler> handlers, MonitoringOptions options, EventOptions bounds, TimeProvider time, ILoggerFactory loggers, EngineRoom? room = null) : IHostedService, IAsyncDisposable
{
    /// <summary>What is being told when the host stops has this long; it is told again by the next process.</summary>
    private static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(5);

    private WebhookSink? _webhook;
    private EventDelivery? _delivery;
    private AlertNews? _alerts;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (WebhookRule.Problem(options.Webhook, options.WebhookSecret) is { } problem)
        {
            throw new SluiceException(ErrorCodes.BadRequest, problem);
        }

        var log = loggers.CreateLogger("Sluice.Events");
        List<IEventSink> sinks = [.. handlers.Select(static (handler, index) => new HandlerSink(handler, index + 1))];
        if (!string.IsNullOrEmpty(options.Webhook))
        {
            _webhook = new WebhookSink(options.Webhook, options.WebhookSecret!, time);
            sinks.Add(_webhook);
            _alerts = new AlertNews(_webhook, bounds, time, log);
            room?.TellAlerts(_alerts);
        }

        _delivery = new EventDelivery(store.Outbox, sinks, bounds, time, log);
        _delivery.Start();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => EndAsync(cancellationToken);

    /// <summary>For a host that did not get so far as to stop.</summary>
    public async ValueTask DisposeAsync() => await EndAsync(CancellationToken.None);

    private async Task EndAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _delivery, null) is not { } delivery)
        {
            return;
        }

        room?.TellAlerts(null);
        using var limit = new CancellationTokenSource(StopWithin, TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await Task.WhenAll(delivery.DisposeAsync().AsTask(), _alerts?.DisposeAsync().AsTask() ?? Task.CompletedTask).WaitAsync(either.Token);
        }
        catch (OperationCanceledException)
        {
            // A store that does not answer keeps nobody from stopping.
        }

        _webhook?.Dispose();
    }
}

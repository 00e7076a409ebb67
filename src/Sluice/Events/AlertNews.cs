using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Sluice.Checkpoints;

namespace Sluice.Events;

/// <summary>
/// Posts alerts that begin and end, in their order. They are not recorded: after a restart the rules find again what holds. While the
/// receiver is away the last 64 wait, each for a quarter of an hour at most.
/// </summary>
internal sealed class AlertNews : IAsyncDisposable
{
    private const int Most = 64;

    private readonly IEventSink _sink;
    private readonly EventOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Channel<OutboxEvent> _waiting = Channel.CreateBounded<OutboxEvent>(new BoundedChannelOptions(Most) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;

    public AlertNews(IEventSink sink, EventOptions options, TimeProvider time, ILogger log)
    {
        (_sink, _options, _time, _log) = (sink, options, time, log);
        _loop = RunAsync(_stop.Token);
    }

    /// <summary>An alert began.</summary>
    public void Raised(string alert, string reason) => Post(EventTypes.AlertRaised, alert, reason, null);

    /// <summary>An alert is over.</summary>
    public void Cleared(string alert, TimeSpan lasted) => Post(EventTypes.AlertCleared, alert, null, (long)lasted.TotalSeconds);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
        _stop.Dispose();
    }

    private void Post(string type, string alert, string? reason, long? seconds)
    {
        var at = _time.GetUtcNow();
        var payload = EventPayload.Of(type, at, json =>
        {
            json.WriteString("alert", alert);
            json.WriteString("reason", reason);
            if (seconds is { } lasted)
            {
                json.WriteNumber("seconds", lasted);
            }
            else
            {
                json.WriteNull("seconds");
            }
        });
        _waiting.Writer.TryWrite(new OutboxEvent($"alert-{Guid.NewGuid():N}", type, "", payload, at));
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var item in _waiting.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                await TellAsync(item, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // The process stops; what holds then is found again by the next one.
        }
    }

    private async Task TellAsync(OutboxEvent item, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            var answer = await SinkCall.TellAsync(_sink, item, _options.TellWithin, _time, _log, cancellationToken).ConfigureAwait(false);
            if (answer.Problem is not { } problem)
            {
                return;
            }

            if (EventRetryRule.Next(tries, _time.GetUtcNow() - item.At, _options.GiveUpAlertAfter, answer.RetryAfter) is not { } delay)
            {
                EventsLog.GivenUp(_log, item.Id, item.Type, tries, _sink.Name, problem);
                return;
            }

            EventsLog.TellAgain(_log, item.Id, _sink.Name, problem, (long)delay.TotalSeconds);
            await Task.Delay(delay, _time, cancellationToken).ConfigureAwait(false);
        }
    }
}

using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Sluice.Checkpoints;
using Sluice.Errors;

namespace Sluice.Events;

/// <summary>
/// Tells what waits in the outbox to all who want to be told, at least once: 1. due events are taken out, hidden from other processes
/// for a while, 2. each sink is told, those that took it before not again while this process lives, 3. the row goes when all took it,
/// else it is due again after a growing delay, and goes with a warning when it is too old. No upload ever waits for this.
/// </summary>
internal sealed class EventDelivery(IOutbox outbox, IReadOnlyList<IEventSink> sinks, EventOptions options, TimeProvider time, ILogger log) : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<(string Event, string Sink), byte> _taken = new();
    private Task _loop = Task.CompletedTask;

    /// <summary>Delivers from now on.</summary>
    public void Start() => _loop = RunAsync(_stop.Token);

    /// <summary>Delivers what is due now, a batch at most; gives how many events that was.</summary>
    public async Task<int> RoundAsync(CancellationToken cancellationToken)
    {
        var due = await outbox.TakeAsync(options.Batch, options.HideFor, cancellationToken).ConfigureAwait(false);
        await Parallel.ForEachAsync(due, new ParallelOptions { MaxDegreeOfParallelism = options.Concurrency, CancellationToken = cancellationToken }, DeliverAsync).ConfigureAwait(false);
        return due.Count;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                if (await RoundAsync(cancellationToken).ConfigureAwait(false) == options.Batch)
                {
                    continue;
                }
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is StoreUnavailableException or SluiceException or ObjectDisposedException)
            {
                EventsLog.StoreAway(log, e.Message);
            }

            await Task.Delay(options.Poll, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async ValueTask DeliverAsync(OutboxEvent item, CancellationToken cancellationToken)
    {
        (string Sink, SinkAnswer Answer)? refused = null;
        foreach (var sink in sinks.Where(s => !_taken.ContainsKey((item.Id, s.Name))))
        {
            var answer = await SinkCall.TellAsync(sink, item, options.TellWithin, time, log, cancellationToken).ConfigureAwait(false);
            if (answer.Problem is null)
            {
                _taken[(item.Id, sink.Name)] = 0;
            }
            else
            {
                refused ??= (sink.Name, answer);
            }
        }

        if (refused is not { } last)
        {
            await EndAsync(item, cancellationToken).ConfigureAwait(false);
        }
        else if (EventRetryRule.Next(item.Tries, time.GetUtcNow() - item.At, options.GiveUpAfter, last.Answer.RetryAfter) is { } delay)
        {
            EventsLog.TellAgain(log, item.Id, last.Sink, last.Answer.Problem!, (long)delay.TotalSeconds);
            await outbox.RetryAsync(item.Id, delay, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            EventsLog.GivenUp(log, item.Id, item.Type, item.Tries, last.Sink, last.Answer.Problem!);
            await EndAsync(item, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task EndAsync(OutboxEvent item, CancellationToken cancellationToken)
    {
        await outbox.DoneAsync(item.Id, cancellationToken).ConfigureAwait(false);
        foreach (var sink in sinks)
        {
            _taken.TryRemove((item.Id, sink.Name), out _);
        }
    }
}

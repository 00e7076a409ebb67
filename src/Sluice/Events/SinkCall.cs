using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using Sluice.Checkpoints;

namespace Sluice.Events;

/// <summary>One telling, bounded whatever the sink does.</summary>
internal static class SinkCall
{
    /// <summary>Tells within the limit; throws only where the caller cancels.</summary>
    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "A sink may be anybody's code; what it throws is told in the log, and the event is told again.")]
    public static async Task<SinkAnswer> TellAsync(IEventSink sink, OutboxEvent item, TimeSpan within, TimeProvider time, ILogger log, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(within, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            // The wait ends with the token even where the sink does not look at it.
            var answer = await sink.TellAsync(item, either.Token).WaitAsync(either.Token).ConfigureAwait(false);
            if (answer.Problem is null)
            {
                EventsLog.Taken(log, item.Id, sink.Name);
            }

            return answer;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            return new SinkAnswer($"it took longer than {within.TotalSeconds:0} s");
        }
        catch (Exception e)
        {
            EventsLog.SinkBroke(log, e, item.Id, sink.Name);
            return new SinkAnswer($"it threw {e.GetType().Name}");
        }
    }
}

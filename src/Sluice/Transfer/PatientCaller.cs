using Sluice.Diagnostics;
using Sluice.Errors;
using Sluice.Notion;
using Sluice.Resilience;
using Sluice.Settings;

namespace Sluice.Transfer;

/// <summary>
/// Makes the calls of one upload that may be repeated freely: in rounds of attempts with a rest between them, until one
/// succeeds, fails for good, or the upload's failing time is used up. An outage pauses an upload, it does not end it.
/// </summary>
internal sealed class PatientCaller(NotionConnection connection, SluiceOptions options, UploadView view, SessionStop stop, GiveUpClock giveUp, TimeProvider time)
{
    public GiveUpClock GiveUp => giveUp;

    /// <summary>Calls until there is an answer.</summary>
    /// <param name="endpoint">Which call.</param>
    /// <param name="reason">What the upload waits for meanwhile.</param>
    /// <param name="call">One attempt.</param>
    /// <param name="fileUploadId">The Notion upload it belongs to; null: none.</param>
    /// <param name="deadline">The end of its hour as a monotonic timestamp; null: none.</param>
    public async Task<NotionResult<T>> CallAsync<T>(NotionEndpoint endpoint, WaitReason reason, Func<IAttempt, Task<NotionResult<T>>> call, string? fileUploadId = null, long? deadline = null)
        where T : class
    {
        // The first wait for a place needs nothing of what follows.
        var place = await PlaceAsync(endpoint).ConfigureAwait(false);
        using var guard = new AttemptGuard(stop.Begin, stop.CarryOn);
        var part = new PartView(view, 0, 0);
        var plan = new CallPlan(endpoint, part)
        {
            DeadlineTimestamp = deadline,
            GiveUp = giveUp,
            Retrieve = fileUploadId is null ? null : a => connection.Api.RetrieveAsync(fileUploadId, a),
        };
        while (true)
        {
            NotionResult<T> result;
            using (place)
            {
                view.Waiting(reason);
                result = await connection.Pipeline.ExecuteAsync(plan, a => guard.RunAsync(() => call(a)), guard.Token).ConfigureAwait(false);
            }

            if (result.Failure is not { Class: FailureClass.Transient or FailureClass.Unknown or FailureClass.Ambiguous } failure || giveUp.Exhausted || time.GetTimestamp() >= deadline)
            {
                return result;
            }

            // Somebody else has the place meanwhile.
            await RestAsync(part, null, failure.Error, guard.Token).ConfigureAwait(false);
            place = await PlaceAsync(endpoint).ConfigureAwait(false);
        }
    }

    private async ValueTask<IDisposable?> PlaceAsync(NotionEndpoint endpoint) =>
        endpoint == NotionEndpoint.Create ? await connection.Creating.TakeAsync(view, WaitReason.Pace, stop.Begin).ConfigureAwait(false) : null;

    /// <summary>The rest between two rounds: the ceiling of the delays, counted as failing time.</summary>
    public async Task RestAsync(PartView part, int? number, SluiceError error, CancellationToken cancellationToken)
    {
        var rest = options.Retry.MaxDelay;
        part.Waiting(WaitReason.Retry, rest);
        if (number is null)
        {
            view.Waiting(WaitReason.Retry, rest);
        }

        view.Set(s => s with { LastError = error });
        view.Events.Add(UploadEventKind.Paused, number, error, rest);
        var start = time.GetTimestamp();
        await Task.Delay(rest, time, cancellationToken).ConfigureAwait(false);
        giveUp.Failing(start);
    }

    /// <summary>The delay before a call that must take effect once is made again: the retry engine's own schedule.</summary>
    public async Task BackOffAsync(int attempt, SluiceError error)
    {
        var delay = connection.Pipeline.RetryDelay(attempt);
        view.Waiting(WaitReason.Retry, delay);
        view.AddRetry(error);
        view.Events.Add(UploadEventKind.Retrying, null, error, delay);
        var start = time.GetTimestamp();
        await Task.Delay(delay, time, stop.Begin).ConfigureAwait(false);
        giveUp.Failing(start);
    }
}

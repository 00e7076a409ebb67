using Sluice.Diagnostics;
using Sluice.Errors;
using Sluice.Notion;
using Sluice.Resilience;

namespace Sluice.Transfer;

/// <summary>How a session makes its calls beside the sends: patient ones that go on in rounds, and rests between rounds.</summary>
internal static class SessionCalls
{
    /// <summary>
    /// Makes a call that may be repeated freely, in rounds of attempts with a rest between them, until it succeeds, fails for
    /// good, or the upload's failing time is used up.
    /// </summary>
    public static async Task<NotionResult<T>> PatientAsync<T>(this SessionContext session, NotionEndpoint endpoint, WaitReason reason, Func<IAttempt, Task<NotionResult<T>>> call, bool withinHour = true)
        where T : class
    {
        using var guard = new AttemptGuard(session.Stop.Begin, session.Stop.CarryOn);
        var view = new PartView(session.View, 0, 0);
        var plan = new CallPlan(endpoint, view)
        {
            DeadlineTimestamp = withinHour && session.Record.Generation is not null ? session.DeadlineTimestamp : null,
            GiveUp = session.GiveUp,
            Retrieve = session.Record.Generation is { } g ? a => session.Connection.Api.RetrieveAsync(g.FileUploadId, a) : null,
        };
        while (true)
        {
            session.View.Waiting(reason);
            var result = await session.Connection.Pipeline.ExecuteAsync(plan, a => guard.RunAsync(() => call(a)), guard.Token).ConfigureAwait(false);
            var hourIsOver = plan.DeadlineTimestamp is { } deadline && session.Time.GetTimestamp() >= deadline;
            if (result.Failure is not { Class: FailureClass.Transient or FailureClass.Unknown or FailureClass.Ambiguous } failure || session.GiveUp.Exhausted || hourIsOver)
            {
                return result;
            }

            await session.RestAsync(view, null, failure.Error, guard.Token).ConfigureAwait(false);
        }
    }

    /// <summary>One attempt at a call whose effect must happen once; the caller settles what a failure left open.</summary>
    public static async Task<NotionResult<T>> OnceAsync<T>(this SessionContext session, NotionEndpoint endpoint, WaitReason reason, Func<IAttempt, Task<NotionResult<T>>> call)
        where T : class
    {
        using var guard = new AttemptGuard(session.Stop.Begin, session.Stop.CarryOn);
        session.View.Waiting(reason);
        var plan = new CallPlan(endpoint, new PartView(session.View, 0, 0)) { Retry = false, DeadlineTimestamp = session.DeadlineTimestamp };
        return await session.Connection.Pipeline.ExecuteAsync(plan, a => guard.RunAsync(() => call(a)), guard.Token).ConfigureAwait(false);
    }

    /// <summary>Notion's view of the current generation; patient.</summary>
    public static async Task<NotionResult<NotionFileUpload>> RetrieveAsync(this SessionContext session, WaitReason reason)
    {
        var id = session.Generation.FileUploadId;
        var result = await session.PatientAsync(NotionEndpoint.Retrieve, reason, a => session.Connection.Api.RetrieveAsync(id, a), withinHour: false).ConfigureAwait(false);
        session.Connection.Clock.Saw(result.Value?.Date);
        return result;
    }

    /// <summary>The rest between two rounds: the ceiling of the delays, counted as failing time.</summary>
    public static async Task RestAsync(this SessionContext session, PartView view, int? part, SluiceError error, CancellationToken cancellationToken)
    {
        var rest = session.Options.Retry.MaxDelay;
        view.Waiting(WaitReason.Retry, rest);
        session.View.Waiting(WaitReason.Retry, rest);
        session.View.Set(s => s with { LastError = error });
        session.View.Events.Add(UploadEventKind.Paused, part, error, rest);
        var start = session.Time.GetTimestamp();
        await Task.Delay(rest, session.Time, cancellationToken).ConfigureAwait(false);
        session.GiveUp.Failing(start);
    }

    /// <summary>The delay before an exactly-once call is made again: the retry engine's own schedule.</summary>
    public static async Task BackOffAsync(this SessionContext session, int attempt, SluiceError error)
    {
        var delay = session.Connection.Pipeline.RetryDelay(attempt);
        session.View.Waiting(WaitReason.Retry, delay);
        session.View.AddRetry(error);
        session.View.Events.Add(UploadEventKind.Retrying, null, error, delay);
        var start = session.Time.GetTimestamp();
        await Task.Delay(delay, session.Time, session.Stop.Begin).ConfigureAwait(false);
        session.GiveUp.Failing(start);
    }
}

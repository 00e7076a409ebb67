using Sluice.Checkpoints;
using Sluice.Diagnostics;
using Sluice.Errors;
using Sluice.Notion;
using Sluice.Resilience;

namespace Sluice.Transfer;

/// <summary>
/// One attempt at a call whose effect must happen once; the caller settles what a failure left open. Nothing lies between
/// intent and call: the intent is written when the call has its turn (breaker, permit, pace and not-before are behind it), so
/// that whoever finds it knows how long the call can still be on its way. A stale fence cannot write it, and so cannot call.
/// </summary>
internal static class ExactlyOnce
{
    /// <summary>For writing a small body and reading a small answer.</summary>
    public static readonly TimeSpan Slack = TimeSpan.FromSeconds(15);

    /// <summary>Writes the intent and makes the call, unless the leases are gone: then the failure is <see cref="FailureClass.Ignored"/>.</summary>
    /// <param name="session">The upload.</param>
    /// <param name="kind">Which intent.</param>
    /// <param name="plan">How the call is carried out; without repeats.</param>
    /// <param name="held">Whether the leases that the call needs are held, by this process's own clock.</param>
    /// <param name="call">The call.</param>
    public static async Task<NotionResult<T>> OnceAsync<T>(this SessionContext session, IntentKind kind, CallPlan plan, Func<bool> held, Func<IAttempt, Task<NotionResult<T>>> call)
        where T : class
    {
        using var guard = new AttemptGuard(session.Stop.Begin, session.Stop.CarryOn);
        return await session.Connection.Pipeline.ExecuteAsync(plan, a => guard.RunAsync(() => AttemptAsync(a)), guard.Token).ConfigureAwait(false);

        async Task<NotionResult<T>> AttemptAsync(IAttempt attempt)
        {
            // 1. The intent, durable.
            var limit = (plan.Total ?? session.Options.Timeouts.Total) + session.Connection.Limits.RequestLimit;
            var intent = new Intent(kind, session.Generation.Number, session.Lease.Lease.Fence, session.Connection.Clock.Now, limit);
            if (!held() || !await session.SaveAsync(session.Record with { State = UploadState.Finishing, Intent = intent }, Durability.Power).ConfigureAwait(false))
            {
                return LeaseGone();
            }

            // 2. Writing it may have taken longer than the attempt or the lease had.
            if (!held())
            {
                return LeaseGone();
            }

            if (attempt.Token.IsCancellationRequested)
            {
                return attempt.ExpiredLimit is { } expired
                    ? new NotionFailure(FailureClass.Transient, new SluiceError(expired, expired.Meaning)) { TimedOut = true }
                    : throw new OperationCanceledException(attempt.Token);
            }

            // 3. The call.
            using var fenced = new FencedAttempt(attempt, held);
            try
            {
                return await call(fenced).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (fenced.Refused)
            {
                return LeaseGone();
            }
        }
    }

    /// <summary>The plan of a call that carries no part. Its attempt is short, so that a process that takes over has not long to wait.</summary>
    public static CallPlan Plan(SessionContext session, NotionEndpoint endpoint, WaitReason reason)
    {
        session.View.Waiting(reason);
        var timeouts = session.Options.Timeouts;
        var least = timeouts.Connect + timeouts.Response + Slack;
        return new CallPlan(endpoint, new PartView(session.View, 0, 0)) { Retry = false, DeadlineTimestamp = session.DeadlineTimestamp, Total = least < timeouts.Total ? least : timeouts.Total };
    }

    private static NotionFailure LeaseGone() =>
        new(FailureClass.Ignored, new SluiceError(ErrorCodes.Locked, "The right to make this call was lost before it was made; the same command goes on."));
}

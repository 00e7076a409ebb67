using Polly;
using Sluice.Notion;
using Sluice.Pacing;

namespace Sluice.Resilience;

/// <summary>Lets a call out when <see cref="ConnectionPace"/> and the breaker allow it, and hears where Notion asks to wait.</summary>
internal sealed class PaceStrategy(ConnectionPace pace, CircuitBreaker breaker) : ResilienceStrategy<NotionResult>
{
    protected override async ValueTask<Outcome<NotionResult>> ExecuteCore<TState>(
        Func<ResilienceContext, TState, ValueTask<Outcome<NotionResult>>> callback, ResilienceContext context, TState state)
    {
        var call = CallState.Of(context);
        var plan = call.Plan;
        try
        {
            if (plan.Permit is { Finishing: true })
            {
                pace.AnnounceControl();
            }

            // 1. Its turn.
            var taken = await pace.EnterAsync(plan, LineOf(plan), context.CancellationToken).ConfigureAwait(context.ContinueOnCapturedContext);

            // 2. The breaker may have opened while we waited.
            if (!breaker.StillHolds(call.Admission))
            {
                pace.GiveBack(taken);
                return Outcome.FromResult<NotionResult>(new NotionRefusal());
            }
        }
        catch (OperationCanceledException e)
        {
            return Outcome.FromException<NotionResult>(e);
        }

        var outcome = await callback(context, state).ConfigureAwait(context.ContinueOnCapturedContext);

        // 3. Told to wait: everybody is.
        if (outcome.Result?.Failure is { } told && (told.Class == FailureClass.ToldToWait || told.RetryAfter is not null))
        {
            await pace.ToldAsync(told, context.CancellationToken).ConfigureAwait(context.ContinueOnCapturedContext);
        }

        return outcome;
    }

    private static RequestLine LineOf(CallPlan plan) =>
        plan.Permit is not null ? RequestLine.Part : plan.Endpoint == NotionEndpoint.Create ? RequestLine.Create : RequestLine.Control;
}

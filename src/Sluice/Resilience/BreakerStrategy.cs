using Polly;
using Sluice.Notion;

namespace Sluice.Resilience;

/// <summary>Lets calls through as <see cref="CircuitBreaker"/> allows; while it is open they wait and nothing fails because of it.</summary>
internal sealed class BreakerStrategy(CircuitBreaker breaker) : ResilienceStrategy<NotionResult>
{
    protected override async ValueTask<Outcome<NotionResult>> ExecuteCore<TState>(
        Func<ResilienceContext, TState, ValueTask<Outcome<NotionResult>>> callback, ResilienceContext context, TState state)
    {
        var call = CallState.Of(context);
        while (true)
        {
            Admission admission;
            try
            {
                admission = await breaker.EnterAsync(call.Plan, context.CancellationToken).ConfigureAwait(context.ContinueOnCapturedContext);
            }
            catch (OperationCanceledException e)
            {
                return Outcome.FromException<NotionResult>(e);
            }

            if (admission.Refusal is { } refusal)
            {
                return Outcome.FromResult<NotionResult>(new NotionRefusal { Failure = refusal });
            }

            // A read decides nothing when it is let through as a trial, and so pays for its failure like any other call.
            call.Admission = admission;
            call.WasTrial = admission.Trial && BreakerVerdict.Counts(call.Plan.Endpoint);
            var outcome = await callback(context, state).ConfigureAwait(context.ContinueOnCapturedContext);

            // Permit and pace can take a while: a call that finds the breaker changed when it is about to go out comes back.
            var wentOut = outcome.Result is not NotionRefusal { Failure: null };
            breaker.Leave(admission, call.Plan.Endpoint, wentOut ? outcome.Result : null);
            if (wentOut)
            {
                return outcome;
            }
        }
    }
}

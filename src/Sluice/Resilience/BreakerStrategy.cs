using Polly;
using Sluice.Diagnostics;
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
            CircuitBreaker.Admission admission;
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

            call.Admission = admission;
            call.WasTrial = admission.Trial;
            var outcome = await callback(context, state).ConfigureAwait(context.ContinueOnCapturedContext);

            // Permit and pace can take a while: a call that finds the breaker changed when it is about to go out comes back.
            if (outcome.Result is NotionRefusal { Failure: null })
            {
                breaker.Leave(admission, call, null, ended: false);
                continue;
            }

            breaker.Leave(admission, call, outcome.Result, ended: true);
            return outcome;
        }
    }
}

using Polly;
using Sluice.Diagnostics;
using Sluice.Notion;
using Sluice.Pacing;

namespace Sluice.Resilience;

/// <summary>Bounds the parts in flight and tells the adaptive limit how each send ended. Calls without a <see cref="PermitOrder"/> pass.</summary>
internal sealed class PermitStrategy(SendLimiter limiter) : ResilienceStrategy<NotionResult>
{
    protected override async ValueTask<Outcome<NotionResult>> ExecuteCore<TState>(
        Func<ResilienceContext, TState, ValueTask<Outcome<NotionResult>>> callback, ResilienceContext context, TState state)
    {
        var call = CallState.Of(context);
        if (call.Plan.Permit is not { } order)
        {
            return await callback(context, state).ConfigureAwait(context.ContinueOnCapturedContext);
        }

        try
        {
            await limiter.Permits.TakeAsync(order, () => call.Plan.Observer.Waiting(WaitReason.Permit, null), context.CancellationToken).ConfigureAwait(context.ContinueOnCapturedContext);
        }
        catch (OperationCanceledException e)
        {
            return Outcome.FromException<NotionResult>(e);
        }

        try
        {
            var outcome = await callback(context, state).ConfigureAwait(context.ContinueOnCapturedContext);
            limiter.Ended(outcome.Result, call);
            return outcome;
        }
        finally
        {
            limiter.Permits.Release();
        }
    }
}

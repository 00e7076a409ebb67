using Polly;
using Sluice.Checkpoints;
using Sluice.Diagnostics;
using Sluice.Notion;
using Sluice.Pacing;

namespace Sluice.Resilience;

/// <summary>
/// Nothing goes out before the not-before, nor beyond the request budget. A 429 or 529 raises the not-before for everybody on the
/// connection, in all processes. A wait of more than a quarter of an hour is doubted: one retrieve each quarter asks whether it still holds.
/// </summary>
internal sealed class PaceStrategy(
    RequestBudget budget, NotBefore notBefore, IConnectionStore store, string connectionId, CircuitBreaker breaker,
    Func<CallPlan, CancellationToken, Task<NotionResult>> probe, TimeProvider time) : ResilienceStrategy<NotionResult>
{
    /// <summary>A 429 or 529 that says nothing about when: half of the usual window.</summary>
    private static readonly TimeSpan Unsaid = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Doubt = TimeSpan.FromMinutes(15);

    private int _doubting;

    protected override async ValueTask<Outcome<NotionResult>> ExecuteCore<TState>(
        Func<ResilienceContext, TState, ValueTask<Outcome<NotionResult>>> callback, ResilienceContext context, TState state)
    {
        var call = CallState.Of(context);
        var plan = call.Plan;
        try
        {
            if (plan.Permit is { Finishing: true })
            {
                budget.AnnounceControl();
            }

            // 1. A request of the budget, used at once: one that was taken before a wait would be counted before it goes out.
            bool lifted;
            do
            {
                lifted = await WaitUntilAllowedAsync(plan, context.CancellationToken).ConfigureAwait(context.ContinueOnCapturedContext);
                plan.Observer.Waiting(WaitReason.Pace, null);
                await budget.TakeAsync(plan.Permit is null, context.CancellationToken).ConfigureAwait(context.ContinueOnCapturedContext);
            }
            while (!lifted && notBefore.Remaining > TimeSpan.Zero);
        }
        catch (OperationCanceledException e)
        {
            return Outcome.FromException<NotionResult>(e);
        }

        // 2. The breaker may have opened while we waited.
        if (!breaker.StillHolds(call.Admission))
        {
            return Outcome.FromResult<NotionResult>(new NotionRefusal());
        }

        var outcome = await callback(context, state).ConfigureAwait(context.ContinueOnCapturedContext);

        // 3. Told to wait: everybody is.
        if (outcome.Result?.Failure is { } told && (told.Class == FailureClass.ToldToWait || told.RetryAfter is not null))
        {
            await RaiseAsync(told).ConfigureAwait(context.ContinueOnCapturedContext);
        }

        return outcome;
    }

    /// <summary>Raises the shared not-before as an answer asks, and learns from it where it is about our own budget.</summary>
    public async Task RaiseAsync(NotionFailure told)
    {
        var wait = told.RetryAfter ?? Unsaid;
        notBefore.Raise(wait);
        try
        {
            await store.RaiseNotBeforeAsync(connectionId, wait, CancellationToken.None).ConfigureAwait(false);
        }
        catch (StoreUnavailableException)
        {
            // Known here at least; the others will be told by Notion.
        }

        if (told.Error.NotionStatus == 429 && told.RateLimitReason is null or "public_api_request_rate_limit")
        {
            await budget.RefusedAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Waits for the not-before; true where Notion said that it does not hold any more.</summary>
    private async Task<bool> WaitUntilAllowedAsync(CallPlan plan, CancellationToken cancellationToken)
    {
        while (notBefore.Remaining is var left && left > TimeSpan.Zero)
        {
            plan.Observer.Waiting(WaitReason.NotBefore, left);
            if (left <= Doubt)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling(left.TotalMilliseconds)), time, cancellationToken).ConfigureAwait(false);
                continue;
            }

            await Task.Delay(Doubt, time, cancellationToken).ConfigureAwait(false);
            if (Interlocked.Exchange(ref _doubting, 1) == 0)
            {
                try
                {
                    var answer = await probe(plan, cancellationToken).ConfigureAwait(false);
                    if (answer.Failure is not { Class: FailureClass.ToldToWait or FailureClass.Transient or FailureClass.Unknown })
                    {
                        return true;
                    }
                }
                finally
                {
                    Interlocked.Exchange(ref _doubting, 0);
                }
            }
        }

        return false;
    }
}

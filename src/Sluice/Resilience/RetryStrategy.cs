using Polly;
using Sluice.Diagnostics;
using Sluice.Notion;

namespace Sluice.Resilience;

/// <summary>
/// The outermost strategy: repeats what may be repeated. Told to wait, and a failed trial of the breaker, spend no attempt.
/// After two broken connections in a row the upload is retrieved once, and its answer says what hides behind them. Between
/// attempts nothing is held: no permit, no request, no memory that others wait for.
/// </summary>
internal sealed class RetryStrategy(RetryOptions options, RetryDelays delays, Func<CallPlan, CancellationToken, Task<NotionFailure?>> diagnose, TimeProvider time, Func<CallPlan, bool>? isOn = null) : ResilienceStrategy<NotionResult>
{
    protected override async ValueTask<Outcome<NotionResult>> ExecuteCore<TState>(
        Func<ResilienceContext, TState, ValueTask<Outcome<NotionResult>>> callback, ResilienceContext context, TState state)
    {
        var call = CallState.Of(context);
        var plan = call.Plan;
        var attempts = 0;
        var broken = 0;
        while (true)
        {
            var outcome = await callback(context, state).ConfigureAwait(context.ContinueOnCapturedContext);
            if (outcome.Result is not { Failure: { } failure })
            {
                if (outcome.Exception is null)
                {
                    plan.GiveUp?.Succeeded();
                    plan.Observer.AttemptEnded(null, call.Duration, null);
                }

                return outcome;
            }

            // 1. What hides behind two broken connections in a row.
            broken = failure.Class == FailureClass.Unknown ? broken + 1 : 0;
            if (broken == 2 && plan.Retry)
            {
                broken = 0;
                try
                {
                    failure = await diagnose(plan, context.CancellationToken).ConfigureAwait(context.ContinueOnCapturedContext) ?? failure;
                }
                catch (OperationCanceledException e)
                {
                    return Outcome.FromException<NotionResult>(e);
                }

                outcome = Outcome.FromResult(outcome.Result with { Failure = failure });
            }

            // 2. A wait that was asked for is waited out by the strategies further in; it had no effect, so anything may be repeated.
            if (failure.Class == FailureClass.ToldToWait)
            {
                plan.Observer.AttemptEnded(failure, call.Duration, TimeSpan.Zero);
                if (IsOver(plan))
                {
                    return outcome;
                }

                continue;
            }

            // 3. Whether there is another attempt.
            var again = plan.Retry && failure.Class is FailureClass.Transient or FailureClass.Unknown && !IsOver(plan);
            if (again)
            {
                plan.GiveUp?.Failing(call.Start);
                attempts += call.WasTrial ? 0 : 1;
                again = attempts < (isOn?.Invoke(plan) == false ? 1 : options.MaxAttempts) && plan.GiveUp is not { Exhausted: true };
            }

            if (!again)
            {
                plan.Observer.AttemptEnded(failure, call.Duration, null);
                return outcome;
            }

            // 4. The delay before it; after a trial the breaker is open, and that is delay enough.
            var delay = call.WasTrial ? TimeSpan.Zero : delays.After(attempts);
            plan.Observer.AttemptEnded(failure, call.Duration, delay);
            if (delay > TimeSpan.Zero && await DelayAsync(plan, delay, context).ConfigureAwait(context.ContinueOnCapturedContext) is { } cancelled)
            {
                return Outcome.FromException<NotionResult>(cancelled);
            }
        }
    }

    private async ValueTask<OperationCanceledException?> DelayAsync(CallPlan plan, TimeSpan delay, ResilienceContext context)
    {
        var start = time.GetTimestamp();
        try
        {
            // Told once it is so, here and in Attempt: who is told may look at the clock.
            var delaying = Task.Delay(delay, time, context.CancellationToken);
            plan.Observer.Waiting(WaitReason.Retry, delay);
            await delaying.ConfigureAwait(context.ContinueOnCapturedContext);
        }
        catch (OperationCanceledException e)
        {
            return e;
        }

        plan.GiveUp?.Failing(start);
        return null;
    }

    private bool IsOver(CallPlan plan) => plan.DeadlineTimestamp is { } deadline && time.GetTimestamp() >= deadline;
}

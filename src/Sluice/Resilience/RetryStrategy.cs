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
            if (outcome.Exception is not null || outcome.Result!.Failure is not { } failure)
            {
                if (outcome.Exception is null)
                {
                    plan.GiveUp?.Succeeded();
                    plan.Observer.AttemptEnded(null, call.Duration, null);
                }

                return outcome;
            }

            // A wait that was asked for is waited out by the strategies further in; it had no effect, so anything may be repeated.
            if (failure.Class == FailureClass.ToldToWait)
            {
                plan.Observer.AttemptEnded(failure, call.Duration, TimeSpan.Zero);
                if (IsOver(plan))
                {
                    return outcome;
                }

                continue;
            }

            broken = failure.Class == FailureClass.Unknown ? broken + 1 : 0;
            if (broken >= 2 && plan.Retry && await diagnose(plan, context.CancellationToken).ConfigureAwait(false) is { } hidden)
            {
                broken = 0;
                if (hidden.Class is not (FailureClass.Transient or FailureClass.Unknown or FailureClass.ToldToWait))
                {
                    plan.Observer.AttemptEnded(hidden, call.Duration, null);
                    return Outcome.FromResult(outcome.Result with { Failure = hidden });
                }
            }

            var again = plan.Retry && failure.Class is FailureClass.Transient or FailureClass.Unknown && plan.Retry && !IsOver(plan);
            if (again && !call.WasTrial)
            {
                plan.GiveUp?.Failing(call.Start);
                again = ++attempts < (isOn?.Invoke(plan) == false ? 1 : options.MaxAttempts) && plan.GiveUp is not { Exhausted: true };
            }

            if (!again)
            {
                plan.Observer.AttemptEnded(failure, call.Duration, null);
                return outcome;
            }

            var delay = call.WasTrial ? TimeSpan.Zero : delays.After(attempts);
            plan.Observer.AttemptEnded(failure, call.Duration, delay);
            if (delay > TimeSpan.Zero)
            {
                plan.Observer.Waiting(WaitReason.Retry, delay);
                var start = time.GetTimestamp();
                try
                {
                    await Task.Delay(delay, time, context.CancellationToken).ConfigureAwait(context.ContinueOnCapturedContext);
                }
                catch (OperationCanceledException e)
                {
                    return Outcome.FromException<NotionResult>(e);
                }

                plan.GiveUp?.Failing(start);
            }
        }
    }

    private bool IsOver(CallPlan plan) => plan.DeadlineTimestamp is { } deadline && time.GetTimestamp() >= deadline;
}

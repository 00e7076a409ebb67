using Sluice.Checkpoints;
using Sluice.Diagnostics;
using Sluice.Errors;
using Sluice.Notion;
using Sluice.Pacing;

namespace Sluice.Resilience;

/// <summary>
/// When the next request of a connection may go out: not before the moment Notion asked for, nor beyond the request budget. A
/// 429 or 529 raises the not-before for everybody on the connection, in all processes. One far off is doubted: one cheap call
/// each quarter of an hour asks whether it still holds.
/// </summary>
internal sealed class ConnectionPace(
    RequestBudget budget, NotBefore notBefore, IConnectionStore store, string connectionId, Func<CallPlan, CancellationToken, Task<NotionResult>> ask, TimeProvider time, Func<CallPlan, bool>? isOn = null)
{
    private const int TooMany = 429;

    /// <summary>A 429 or 529 that says nothing about when: half of the usual window.</summary>
    private static readonly TimeSpan Unsaid = TimeSpan.FromSeconds(30);

    /// <summary>Waits are told in whole seconds, so that none can mean up to one; without it such answers would be asked for in a circle.</summary>
    private static readonly TimeSpan Least = TimeSpan.FromSeconds(1);

    /// <summary>Waits until the call may go out; what it gives takes the request back where it does not (<see cref="GiveBack"/>).</summary>
    public async ValueTask<long> EnterAsync(CallPlan plan, RequestLine line, CancellationToken cancellationToken)
    {
        while (true)
        {
            await WaitUntilAllowedAsync(plan, cancellationToken).ConfigureAwait(false);
            if (isOn?.Invoke(plan) == false)
            {
                return RequestBudget.Unlimited;
            }

            plan.Observer.Waiting(WaitReason.Pace, null);
            var taken = await budget.TakeAsync(line, cancellationToken).ConfigureAwait(false);
            if (notBefore.Remaining <= TimeSpan.Zero)
            {
                return taken;
            }

            // Notion asked to wait meanwhile. A request counts from when it goes out, so this one is taken anew afterwards.
            budget.GiveBack(taken);
        }
    }

    /// <summary>A request that was taken did not go out.</summary>
    public void GiveBack(long taken) => budget.GiveBack(taken);

    /// <summary>A call that finishes an upload will come soon.</summary>
    public void AnnounceControl() => budget.AnnounceControl();

    /// <summary>A cheap call in its turn: the breaker's probe, and what looks behind broken connections.</summary>
    public async Task<NotionResult> ProbeAsync(CallPlan plan, CancellationToken cancellationToken)
    {
        await EnterAsync(plan, RequestLine.Control, cancellationToken).ConfigureAwait(false);
        return await AskAsync(plan, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Raises the shared not-before as an answer asks, and learns from it where it is about our own budget.</summary>
    public async Task ToldAsync(NotionFailure told, CancellationToken cancellationToken)
    {
        var wait = told.RetryAfter ?? Unsaid;
        wait = wait < Least ? Least : wait;
        notBefore.Raise(wait);
        try
        {
            await store.RaiseNotBeforeAsync(connectionId, wait, cancellationToken).ConfigureAwait(false);
            if (told.Error.NotionStatus == TooMany && told.RateLimitReason is null or "public_api_request_rate_limit")
            {
                await budget.RefusedAsync(cancellationToken).ConfigureAwait(false);
            }
            else
            {
                budget.Disturbed();
            }
        }
        catch (Exception e) when (e is StoreUnavailableException or SluiceException or OperationCanceledException)
        {
            // Known here at least; the others will be told by Notion.
        }
    }

    private async Task<NotionResult> AskAsync(CallPlan plan, CancellationToken cancellationToken)
    {
        var result = await ask(plan, cancellationToken).ConfigureAwait(false);
        if (result.Failure is { Class: FailureClass.ToldToWait } told)
        {
            await ToldAsync(told, cancellationToken).ConfigureAwait(false);
        }

        return result;
    }

    private async Task WaitUntilAllowedAsync(CallPlan plan, CancellationToken cancellationToken)
    {
        while (notBefore.Remaining is var left && left > TimeSpan.Zero)
        {
            plan.Observer.Waiting(WaitReason.NotBefore, left);
            await Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling(Math.Max(1, notBefore.LookIn.TotalMilliseconds))), time, cancellationToken).ConfigureAwait(false);
            if (!notBefore.TryDoubt())
            {
                continue;
            }

            await budget.TakeAsync(RequestLine.Control, cancellationToken).ConfigureAwait(false);
            var answer = await AskAsync(plan, cancellationToken).ConfigureAwait(false);
            if (BreakerVerdict.Answers(answer) && answer.Failure is not { Class: FailureClass.ToldToWait })
            {
                notBefore.Lift();
            }
        }
    }
}

using Polly;
using Sluice.Errors;
using Sluice.Notion;

namespace Sluice.Resilience;

/// <summary>The innermost strategy: gives each attempt its four limits, cut to what is left of the upload's hour.</summary>
internal sealed class TimeLimitStrategy(TimeoutOptions options, CircuitBreaker breaker, TimeProvider time) : ResilienceStrategy<NotionResult>
{
    protected override async ValueTask<Outcome<NotionResult>> ExecuteCore<TState>(
        Func<ResilienceContext, TState, ValueTask<Outcome<NotionResult>>> callback, ResilienceContext context, TState state)
    {
        var call = CallState.Of(context);
        call.Start = time.GetTimestamp();
        TimeSpan? left = call.Plan.DeadlineTimestamp is { } deadline ? time.GetElapsedTime(call.Start, deadline) : null;
        if (left <= TimeSpan.Zero)
        {
            return Outcome.FromResult<NotionResult>(new NotionRefusal { Failure = new NotionFailure(FailureClass.Forgotten, new SluiceError(ErrorCodes.UploadExpired, "Notion keeps an unfinished upload for an hour, and that hour is over.")) });
        }

        left = call.Plan.Total is { } most && !(left < most) ? most : left;
        using var attempt = new Attempt(options, left, call.Plan.Observer, time, context.CancellationToken);
        call.Attempt = attempt;
        breaker.Began(attempt);
        try
        {
            return await callback(context, state).ConfigureAwait(context.ContinueOnCapturedContext);
        }
        finally
        {
            breaker.Ended(attempt);
            call.Duration = attempt.Elapsed;
            call.SentBytes = attempt.Moved;
            call.Attempt = null;
        }
    }
}

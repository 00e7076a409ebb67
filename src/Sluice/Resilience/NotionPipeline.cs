using Microsoft.Extensions.Logging;
using Polly;
using Sluice.Checkpoints;
using Sluice.Diagnostics;
using Sluice.Notion;
using Sluice.Pacing;
using Sluice.Settings;

namespace Sluice.Resilience;

/// <summary>
/// The one place where a call's resilience is put together, one a connection. From the outside in: retry, breaker, permit, pace
/// and not-before, attempt with its time limits. Nothing else in the engine repeats a call or waits for Notion.
/// </summary>
internal sealed class NotionPipeline : IAsyncDisposable
{
    /// <summary>A probe is cheap: an answer that takes longer says that Notion is still ill.</summary>
    private static readonly TimeSpan ProbeLimit = TimeSpan.FromSeconds(10);

    /// <summary>How long after the hour a wait is cut, so that an attempt under way ends by its own limit and says so.</summary>
    private static readonly TimeSpan HourSlack = TimeSpan.FromSeconds(1);

    private readonly ResiliencePipeline<NotionResult> _pipeline;
    private readonly RetryDelays _delays;
    private readonly CircuitBreaker _breaker;
    private readonly SendLimiter _limiter;
    private readonly RequestBudget _budget;
    private readonly NotBefore _notBefore;
    private readonly ConnectionPace _pace;
    private readonly TimeoutOptions _timeouts;
    private readonly Func<IAttempt, Task<NotionResult<NotionBot>>> _usersMe;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly FeatureOptions _features;
    private int _breakerWas;

    public NotionPipeline(
        SluiceOptions options, NotionLimits limits, IConnectionStore store, string connectionId, string holder, TimeProvider time, Random random, ILoggerFactory loggers,
        Func<IAttempt, Task<NotionResult<NotionBot>>> usersMe)
    {
        _usersMe = usersMe;
        _time = time;
        _timeouts = options.Timeouts;
        _log = loggers.CreateLogger("Sluice.Resilience");
        _delays = new RetryDelays(options.Retry, random);
        _notBefore = new NotBefore(time);
        _features = options.Features;
        _budget = new RequestBudget(options.Pacing, store, connectionId, holder, limits.BudgetWindow, _notBefore, time);
        _limiter = new SendLimiter(options.Concurrency, options.CircuitBreaker, () => _features.AdaptiveConcurrency > 0, () => RequestsPerSecond, time);
        _pace = new ConnectionPace(_budget, _notBefore, store, connectionId, AskAsync, time, p => IsOn(p, nameof(FeatureOptions.Pacing), _features.Pacing));
        _breaker = new CircuitBreaker(options.CircuitBreaker, true, _pace.ProbeAsync, BreakerChanged, time) { IsOn = p => IsOn(p, nameof(FeatureOptions.CircuitBreaker), _features.CircuitBreaker) };
        _pipeline = new ResiliencePipelineBuilder<NotionResult> { Name = "notion", TimeProvider = time }
            .Use("retry", new RetryStrategy(options.Retry, _delays, DiagnoseAsync, time, p => IsOn(p, nameof(FeatureOptions.Retry), _features.Retry)))
            .Use("circuit-breaker", new BreakerStrategy(_breaker))
            .Use("permit", new PermitStrategy(_limiter))
            .Use("pace", new PaceStrategy(_pace, _breaker))
            .Use("time-limits", new TimeLimitStrategy(options.Timeouts, _breaker, time))
            .Build();
    }

    /// <summary>Parts in flight, at most, now.</summary>
    public int Limit => _limiter.Permits.Limit;

    /// <summary>The request budget as a pace.</summary>
    public double RequestsPerSecond => _features.Pacing > 0 ? _budget.PerSecond : double.PositiveInfinity;

    /// <summary>Told when the breaker opens.</summary>
    public Action? BreakerOpened { get; init; }

    /// <summary>Where the connection stands.</summary>
    public PipelineSnapshot Snapshot() => new(_breaker.State, _breaker.Remaining, Limit, _limiter.Reason, _limiter.Permits.InFlight, _features.Pacing > 0 ? _budget.PerWindow : null, _notBefore.Remaining);

    /// <summary>The delay before a call is made again, for callers with a loop of their own (exactly-once calls).</summary>
    public TimeSpan RetryDelay(int attempt) => _delays.After(attempt);

    /// <summary>What the CPU allows.</summary>
    public void SetCpuCeiling(int ceiling) => _limiter.SetCpuCeiling(ceiling);

    /// <summary>The token changed: what was isolated may try again.</summary>
    public void Reset() => _breaker.Reset();

    /// <summary>
    /// Carries a call out. Ends with a value or a failure that is final under the plan; throws only where the token was
    /// cancelled. Never ends while the call still runs.
    /// </summary>
    public async ValueTask<NotionResult<T>> ExecuteAsync<T>(CallPlan plan, Func<IAttempt, Task<NotionResult<T>>> call, CancellationToken cancellationToken)
        where T : class
    {
        // Waiting for breaker, permit, pace or not-before ends with the upload's hour; the attempt under way has its own limit, which comes first.
        using var hour = plan.DeadlineTimestamp is { } deadline ? new CancellationTokenSource(Left(deadline), _time) : null;
        using var both = hour is null ? null : CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, hour.Token);
        var context = ResilienceContextPool.Shared.Get(continueOnCapturedContext: false, both?.Token ?? cancellationToken);
        try
        {
            context.Properties.Set(CallState.Key, new CallState(plan));
            var outcome = await _pipeline.ExecuteOutcomeAsync(
                static async (c, work) =>
                {
                    try
                    {
                        return Outcome.FromResult<NotionResult>(await work(CallState.Of(c).Attempt!).ConfigureAwait(false));
                    }
                    catch (Exception e)
                    {
                        return Outcome.FromException<NotionResult>(e);
                    }
                },
                context,
                call).ConfigureAwait(false);
            if (outcome.Exception is OperationCanceledException && hour is { IsCancellationRequested: true } && !cancellationToken.IsCancellationRequested)
            {
                return NotionRefusal.HourIsOver;
            }

            outcome.ThrowIfException();
            return outcome.Result as NotionResult<T> ?? new NotionResult<T> { Failure = outcome.Result!.Failure };
        }
        finally
        {
            plan.Observer.Waiting(WaitReason.None, null);
            ResilienceContextPool.Shared.Return(context);
        }
    }

    public ValueTask DisposeAsync()
    {
        _limiter.Dispose();
        return ValueTask.CompletedTask;
    }

    private TimeSpan Left(long deadline)
    {
        var now = _time.GetTimestamp();
        return deadline <= now ? TimeSpan.Zero : TimeSpan.FromMilliseconds(Math.Ceiling(_time.GetElapsedTime(now, deadline).TotalMilliseconds)) + HourSlack;
    }

    /// <summary>A cheap call that says whether Notion answers, and what it thinks of the upload.</summary>
    private async Task<NotionResult> AskAsync(CallPlan plan, CancellationToken cancellationToken)
    {
        using var attempt = new Attempt(_timeouts, ProbeLimit, plan.Observer, _time, cancellationToken);
        return plan.Retrieve is { } retrieve ? await retrieve(attempt).ConfigureAwait(false) : await _usersMe(attempt).ConfigureAwait(false);
    }

    /// <summary>A feature is read where it is used, and goes by the upload: calls of none have it unless it is off for all.</summary>
    private static bool IsOn(CallPlan plan, string feature, int percentage) =>
        plan.Observer.UploadId is { Length: > 0 } id ? FeatureSwitch.IsOn(id, feature, percentage) : percentage > 0;

    private async Task<NotionFailure?> DiagnoseAsync(CallPlan plan, CancellationToken cancellationToken) =>
        plan.Retrieve is null ? null : (await _pace.ProbeAsync(plan, cancellationToken).ConfigureAwait(false)).Failure;

    private void BreakerChanged(BreakerState state)
    {
        if (Interlocked.Exchange(ref _breakerWas, (int)state) != (int)BreakerState.Open && state == BreakerState.Open)
        {
            BreakerOpened?.Invoke();
        }

        if (state == BreakerState.Closed)
        {
            _limiter.StartRamp();
        }

        ResilienceLog.BreakerChanged(_log, state);
    }
}

using Sluice.Notion;

namespace Sluice.Resilience;

/// <summary>How one call is to be carried out.</summary>
/// <param name="Endpoint">Which call.</param>
/// <param name="Observer">Who hears what happens.</param>
internal sealed record CallPlan(NotionEndpoint Endpoint, ICallObserver Observer)
{
    /// <summary>The call's place among those that wait for a permit; null: it needs none (everything but sends).</summary>
    public PermitOrder? Permit { get; init; }

    /// <summary>False: one attempt only, its failure is the caller's business (calls that must take effect exactly once).</summary>
    public bool Retry { get; init; } = true;

    /// <summary>The monotonic timestamp after which no attempt may run (the upload's hour); each attempt's limits are cut to what is left. Null: none.</summary>
    public long? DeadlineTimestamp { get; init; }

    /// <summary>A limit on each attempt that is shorter than <c>Timeouts:Total</c>; null: that one.</summary>
    public TimeSpan? Total { get; init; }

    /// <summary>Retrieves the upload this call belongs to; asked once after two broken connections in a row to learn what hides behind them, and as the breaker's probe. Null: none exists.</summary>
    public Func<IAttempt, Task<NotionResult<NotionFileUpload>>>? Retrieve { get; init; }

    /// <summary>Sums up the failing time of the whole upload; a retry is not made once it is used up. Null: only attempts count.</summary>
    public GiveUpClock? GiveUp { get; init; }
}

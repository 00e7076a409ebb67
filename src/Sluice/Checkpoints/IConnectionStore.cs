namespace Sluice.Checkpoints;

/// <summary>What all processes that use one Notion connection share: the request budget and the not-before.</summary>
internal interface IConnectionStore
{
    /// <summary>How long a learned rate is remembered.</summary>
    static readonly TimeSpan RateIsKept = TimeSpan.FromDays(1);

    /// <summary>
    /// Settles earlier grants and asks for more, in one step. A granted request counts as made "now" until it is settled by its age,
    /// or until the grant's time to live is over (then it counts from that end). Over all processes no more than
    /// <see cref="PaceRequest.Limit"/> requests are granted in any <see cref="PaceRequest.Window"/>.
    /// A grant is budget only: it does not look at the not-before, which the answer carries.
    /// </summary>
    ValueTask<PaceAnswer> LeasePaceAsync(PaceRequest request, CancellationToken cancellationToken);

    /// <summary>Sets the not-before to the later of the stored one and now + <paramref name="wait"/>; gives what remains of it.</summary>
    ValueTask<TimeSpan> RaiseNotBeforeAsync(string connectionId, TimeSpan wait, CancellationToken cancellationToken);

    /// <summary>Remembers the learned requests a minute for a day; null forgets it.</summary>
    ValueTask SaveRateAsync(string connectionId, int? requestsPerMinute, CancellationToken cancellationToken);
}

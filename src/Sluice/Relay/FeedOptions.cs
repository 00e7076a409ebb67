namespace Sluice.Relay;

/// <summary>The clocks of a body. None of them limits how long a request takes.</summary>
/// <param name="ClientIdle">No byte for so long while one is waited for: the body is over.</param>
/// <param name="HoldRead">While nobody here takes bytes, one receive window is taken so often, so that offsets advance.</param>
/// <param name="Window">A receive window in bytes: less than that moves nothing at the peer.</param>
/// <param name="EndWithin">A body that is asked to end does so within this time.</param>
internal sealed record FeedOptions(TimeSpan ClientIdle, TimeSpan HoldRead, int Window, TimeSpan EndWithin)
{
    /// <summary>As in docs/settings.md, section <c>Front</c>.</summary>
    public static FeedOptions Default { get; } = new(TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(40), 128 << 10, TimeSpan.FromSeconds(2));
}

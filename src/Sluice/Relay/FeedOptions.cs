using System.IO.Hashing;
using System.Text;

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

    /// <summary>
    /// The clocks of one upload: it is given its window after three quarters to all of <see cref="HoldRead"/>. A thousand clients that
    /// came at once would otherwise all be given theirs at once, for ever (bench/run.sh slow-1000).
    /// </summary>
    /// <param name="uploadId">The same upload always gets the same.</param>
    public FeedOptions Of(string uploadId) => this with { HoldRead = HoldRead * (0.75 + (0.25 * XxHash32.HashToUInt32(Encoding.UTF8.GetBytes(uploadId)) / uint.MaxValue)) };
}

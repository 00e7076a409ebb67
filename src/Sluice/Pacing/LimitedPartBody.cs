using Sluice.Notion;

namespace Sluice.Pacing;

/// <summary>A part's bytes no faster than a limit. What waits here counts as sending: the limit is the user's own link.</summary>
internal sealed class LimitedPartBody(IPartBody body, ByteRateLimit limit) : IPartBody
{
    public long Length => body.Length;

    public async ValueTask WriteToAsync(Stream destination, CancellationToken cancellationToken)
    {
        var limited = new LimitedStream(destination, limit);
        await using (limited.ConfigureAwait(false))
        {
            await body.WriteToAsync(limited, cancellationToken).ConfigureAwait(false);
        }
    }
}

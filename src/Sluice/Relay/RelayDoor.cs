using Sluice.Errors;
using Sluice.Parts;
using Sluice.Settings;
using Sluice.Spool;
using Sluice.Transfer;

namespace Sluice.Relay;

/// <summary>Whether there is room for one more client's upload: asked once, before it is recorded (<see cref="BridgeRule"/>, <see cref="HourRule"/>).</summary>
internal sealed class RelayDoor(TransferEngine engine, FeedOptions feed)
{
    private static readonly TimeSpan LeastRetry = TimeSpan.FromSeconds(5);

    /// <summary>Answers at once; null: come in.</summary>
    /// <param name="plan">How the upload would be sent.</param>
    /// <param name="open">Uploads that are open now.</param>
    public SluiceError? Refusal(PartPlan plan, int open)
    {
        var requests = plan.Count + CreationGate.RequestsBesideParts;
        var connection = engine.Connection;
        if (!connection.Gate.CanEverPass(requests, plan.Length))
        {
            return HourRule.TooSlow(plan.Length, requests, connection.Limits.Planning);
        }

        var tickets = (int)Math.Clamp(engine.Buffers.Budget.Limit / Math.Min(plan.PartSize, plan.Length), 1, int.MaxValue);
        var (quota, free) = SpoolRoom(open);
        if (!BridgeRule.HasPlace(open, tickets, quota > 0))
        {
            return new SluiceError(ErrorCodes.Busy, $"{open:N0} uploads are open, twice as many as there is memory for, and there is no spool to bridge a longer wait. Try again in a moment.") { RetryAfter = LeastRetry };
        }

        var wait = PredictWait(requests, plan.Length);
        return BridgeRule.CanBridge(wait, feed.HoldRead, feed.Window, quota, plan.Length, free)
            ? null
            : new SluiceError(ErrorCodes.Busy, $"Uploads under way need Notion for about {wait.TotalMinutes:N0} minutes more, which is longer than this one's bytes could wait here. Try again then.") { RetryAfter = wait < LeastRetry ? LeastRetry : wait };
    }

    /// <summary>Creation gate, line for memory, and the time Notion asked to wait.</summary>
    private TimeSpan PredictWait(long requests, long bytes)
    {
        var connection = engine.Connection;
        var gate = connection.Gate.PredictWait(requests, bytes);
        var line = connection.Throughput.BytesPerSecond is { } rate ? TimeSpan.FromSeconds(engine.Buffers.Budget.WaitingBytes / rate) : TimeSpan.Zero;
        return gate + line + connection.Pipeline.Snapshot().NotBefore;
    }

    private (long Quota, long Free) SpoolRoom(int open)
    {
        try
        {
            var folder = engine.Spool.Folder;
            if (engine.Options.Features.Spool <= 0 || folder.Refusal() is not null)
            {
                return (0, 0);
            }

            _ = folder.Trickle();
            return (SpoolShares.Quota(folder.Space().Limit, open + 1), folder.Space().FreeBytes);
        }
        catch (SluiceException)
        {
            // The folder's disk does not say how much it has.
            return (0, 0);
        }
    }
}

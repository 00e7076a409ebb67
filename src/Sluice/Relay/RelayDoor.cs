using Sluice.Errors;
using Sluice.Parts;
using Sluice.Settings;
using Sluice.Spool;
using Sluice.Transfer;

namespace Sluice.Relay;

/// <summary>
/// Whether Notion's hour and the spool leave room for one more client's upload: asked once, before it is recorded
/// (<see cref="BridgeRule"/>, <see cref="HourRule"/>). Load, memory and Notion's own waits are <see cref="IAdmission"/>'s.
/// </summary>
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

        var wait = connection.Gate.PredictWait(requests, plan.Length);
        return BridgeRule.CanBridge(wait, feed.HoldRead, feed.Window, quota, plan.Length, free)
            ? null
            : new SluiceError(ErrorCodes.Busy, $"Uploads under way need Notion for about {wait.TotalMinutes:N0} minutes more before this one could end within its hour, which is longer than its bytes could wait here. Try again then.") { RetryAfter = wait < LeastRetry ? LeastRetry : wait };
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

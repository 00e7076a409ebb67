using Sluice.Checkpoints;
using Sluice.Diagnostics;
using Sluice.Errors;
using Sluice.Notion;

namespace Sluice.Transfer;

/// <summary>
/// Attaches a complete upload to its target, exactly once. In steps: (1) the target's lease: one attach at a time over all
/// processes, and where its last holder did not give it back, that one's call is waited out; (2) an intent left by an earlier owner is settled by reading; (3) what the call needs is read; (4) the intent is durable, then the call;
/// (5) what is not a clear answer is settled by reading: the upload's expiry time is null once it is attached
/// (docs/notion.md), and only a clear "not attached" lets the call be made again.
/// </summary>
internal sealed class Attacher(SessionContext session, ResolvedTarget target, string blockKind)
{
    /// <summary>Not null is read again after these: the expiry time can be late to become null.</summary>
    private static readonly TimeSpan[] ReadAgain = [TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(10)];

    /// <summary>Just after completion Notion may not find the upload for a moment; refusals for that reason are tried again so often.</summary>
    private const int MostNotReady = 5;

    private readonly AttachWriter _writer = new(session, target, blockKind);

    public async Task<StepOutcome> RunAsync()
    {
        while (true)
        {
            // 1. One at a time; a lease that was lost is asked for again.
            session.View.Waiting(WaitReason.Attaching);
            var left = session.Time.GetElapsedTime(session.Time.GetTimestamp(), session.DeadlineTimestamp);
            var turn = await session.AskStoreAsync(() => new ValueTask<LeaseAttempt>(session.Leases.AcquireAsync(LeaseKeys.Target(target.Id), left, session.Stop.Begin))).ConfigureAwait(false);
            if (turn.Keeper is not { } lease)
            {
                // With the hour the upload is gone, unless an attach was begun.
                return session.HourIsOver && session.Record.Intent is not { Kind: IntentKind.Attach }
                    ? new StepOutcome(StepKind.Forgotten, new SluiceError(ErrorCodes.UploadExpired, "Notion's hour was over before the file could be attached."))
                    : StepOutcome.Interrupted(ErrorCodes.Locked, "Other uploads have been attaching to the same target for the rest of the hour; the same command goes on.");
            }

            await using (lease.ConfigureAwait(false))
            {
                if (await AttachAsync(lease).ConfigureAwait(false) is { } outcome)
                {
                    return outcome;
                }
            }
        }
    }

    /// <summary>Under the lease, steps 2 to 5; null: the target's lease was lost before the call was made.</summary>
    private async Task<StepOutcome?> AttachAsync(LeaseKeeper lease)
    {
        // 1. Another upload's call may still be on its way; it would replace a property that is read before it.
        if (lease.TakenOver is { } ago && target.Kind == AttachKind.Property && session.Connection.Limits.RequestLimit + ExactlyOnce.Slack - ago is var left && left > TimeSpan.Zero)
        {
            lease.GivesBack = false;
            session.View.Waiting(WaitReason.Attaching, left);
            await Task.Delay(left, session.Time, session.Stop.Begin).ConfigureAwait(false);
            lease.GivesBack = true;
        }

        // 2. What an earlier owner meant to do.
        if (session.Record.Intent is { Kind: IntentKind.Attach } earlier && earlier.Generation == session.Generation.Number)
        {
            var (outcome, found) = await SettleAsync(Left(earlier)).ConfigureAwait(false);
            if (!outcome.IsOk || found == Settlement.Took)
            {
                return outcome.IsOk ? await AttachedAsync([]).ConfigureAwait(false) : outcome;
            }
        }

        var notReady = 0;
        for (var attempt = 1; ; attempt++)
        {
            if (session.HourIsOver)
            {
                return new StepOutcome(StepKind.Forgotten, new SluiceError(ErrorCodes.UploadExpired, "Notion's hour was over before the file could be attached."));
            }

            // 3. What the call needs is read first, so that nothing lies between intent and call.
            if (await _writer.PrepareAsync().ConfigureAwait(false) is { } cannot)
            {
                return StepOutcome.Of(cannot);
            }

            // 4. The intent and the call.
            var start = session.Time.GetTimestamp();
            var result = await _writer.WriteAsync(lease).ConfigureAwait(false);
            if (result.TryGet(out var attached, out var failure))
            {
                lease.GivesBack = true;
                session.GiveUp.Succeeded();
                return await AttachedAsync(attached.Ids).ConfigureAwait(false);
            }

            // 5. Look, unless the answer is clear.
            if (failure.Class == FailureClass.Ignored)
            {
                // The call was not made.
                lease.GivesBack = true;
                return session.Lease.IsHeld && !session.Stop.Requested ? null : session.Stop.Requested ? session.Stop.Outcome() : StepOutcome.Of(failure);
            }

            if (failure.Class == FailureClass.Credentials)
            {
                lease.GivesBack = true;
                return StepOutcome.Of(failure);
            }

            // Without an answer of Notion's own (an edge's page, a lost connection) the call may run on until Notion ends it.
            session.GiveUp.Failing(start);
            var mayStillRun = failure.Error.NotionCode is null ? session.Connection.Limits.RequestLimit - session.Time.GetElapsedTime(start) : TimeSpan.Zero;
            var (settled, settlement) = await SettleAsync(mayStillRun).ConfigureAwait(false);
            if (!settled.IsOk)
            {
                return settled;
            }

            lease.GivesBack = true;
            if (settlement == Settlement.Took)
            {
                return await AttachedAsync(failure.CommittedIds).ConfigureAwait(false);
            }

            if (failure.Class is FailureClass.Permanent or FailureClass.Forgotten && ++notReady > MostNotReady)
            {
                return StepOutcome.Failed(failure.Error);
            }

            if (failure.Class == FailureClass.Permanent && failure.Error.NotionCode != "object_not_found")
            {
                return StepOutcome.Failed(failure.Error);
            }

            if (session.GiveUp.Exhausted)
            {
                return new StepOutcome(StepKind.Interrupted, failure.Error);
            }

            await session.Caller.BackOffAsync(attempt, failure.Error).ConfigureAwait(false);
        }
    }

    /// <summary>Reads until it is sure: null proves the attach at once; not null proves nothing while the call may still be running.</summary>
    private async Task<(StepOutcome Outcome, Settlement Found)> SettleAsync(TimeSpan mayStillRun)
    {
        var waits = mayStillRun > TimeSpan.Zero ? ReadAgain.Append(mayStillRun) : ReadAgain;
        foreach (var wait in waits.Prepend(TimeSpan.Zero))
        {
            if (wait > TimeSpan.Zero)
            {
                session.View.Waiting(WaitReason.Attaching, wait);
                await Task.Delay(wait, session.Time, session.Stop.Begin).ConfigureAwait(false);
            }

            var result = await session.RetrieveAsync(WaitReason.Attaching).ConfigureAwait(false);
            if (!result.TryGet(out var upload, out var failure))
            {
                return (StepOutcome.Of(failure), Settlement.NotYet);
            }

            if (upload.Status == NotionUploadStatus.Uploaded && upload.ExpiryTime is null)
            {
                return (StepOutcome.Ok, Settlement.Took);
            }

            if (upload.Status is NotionUploadStatus.Expired or NotionUploadStatus.Failed)
            {
                return (new StepOutcome(StepKind.Forgotten, new SluiceError(ErrorCodes.UploadExpired, "Notion says the upload has expired.")), Settlement.NotYet);
            }
        }

        return (StepOutcome.Ok, Settlement.NotYet);
    }

    /// <summary>How long an earlier owner's call can still be on its way.</summary>
    private TimeSpan Left(Intent intent)
    {
        var left = intent.At + intent.Limit - session.Connection.Clock.Now;
        return left > intent.Limit ? intent.Limit : left;
    }

    private async Task<StepOutcome> AttachedAsync(IReadOnlyList<string> ids)
    {
        var result = await _writer.DescribeAsync(ids).ConfigureAwait(false);
        if (!await session.SaveAsync(session.Record with { Attached = result, Intent = null }, Durability.Power).ConfigureAwait(false))
        {
            return session.Stop.Outcome();
        }

        session.View.Events.Add(UploadEventKind.Attached);
        return StepOutcome.Ok;
    }
}

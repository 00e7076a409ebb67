using Sluice.Checkpoints;
using Sluice.Diagnostics;
using Sluice.Errors;
using Sluice.Parts;

namespace Sluice.Transfer;

/// <summary>
/// Moves one upload, under its lease, until it is done, failed or interrupted. The story of a file:
/// (1) a Notion upload is found alive or made (a generation), within what the hour allows;
/// (2) its parts are brought over and recorded; (3) the source is seen to be unchanged; (4) complete; (5) attach;
/// (6) the record says done. Where Notion forgot the upload, it starts again at (1), three times at most.
/// </summary>
internal sealed class UploadSession(SessionContext session, IByteSource source, ResolvedTarget? target, Preflight names, PartSupplyFactory supplies)
{
    private const int MostGenerations = 4;

    private readonly GenerationMaker _maker = new(session, source, supplies.Profile);
    private bool _smallestParts;

    public async Task<StepOutcome> RunAsync(Task? attachAfter)
    {
        for (var generations = 0; ;)
        {
            var outcome = await RunGenerationAsync(attachAfter).ConfigureAwait(false);
            if (outcome.Kind != StepKind.Forgotten || session.Stop.Requested)
            {
                return outcome.Kind == StepKind.Forgotten ? session.Stop.Outcome() : outcome;
            }

            session.View.Events.Add(UploadEventKind.Forgotten, null, outcome.Error);
            if (!await DropGenerationAsync().ConfigureAwait(false))
            {
                return session.Stop.Outcome();
            }

            if (!source.TryRewind())
            {
                return StepOutcome.Interrupted(ErrorCodes.Interrupted, "Notion forgot the upload and its bytes can be read only once: start it again from the beginning of the stream.");
            }

            if (++generations >= MostGenerations)
            {
                var why = outcome.Error?.Message ?? "its hour was over";
                return StepOutcome.Interrupted(ErrorCodes.UploadExpired, $"Notion dropped {generations} uploads of this file before it was complete, the last because: {why} A faster link or a higher --rate helps; the same command starts over.");
            }
        }
    }

    private async Task<StepOutcome> RunGenerationAsync(Task? attachAfter)
    {
        // 1. A Notion upload.
        var pass = await _maker.FindOrMakeAsync(_smallestParts).ConfigureAwait(false);
        if (pass.Outcome is { } no)
        {
            return no;
        }

        using (pass.Pass)
        {
            if (!session.Generation.Completed)
            {
                // 2. to 4.
                var moved = await MoveAsync(pass.Pass!).ConfigureAwait(false);
                if (!moved.IsOk)
                {
                    return moved;
                }
            }

            // 5. Attach.
            if (target is not null && session.Record.Attached is null)
            {
                await WaitForTurnAsync(attachAfter).ConfigureAwait(false);
                var attached = await new Attacher(session, target, names.BlockKind).RunAsync().ConfigureAwait(false);
                if (!attached.IsOk)
                {
                    return attached;
                }
            }
        }

        // 6. Done, with the event that says so in the same write.
        var done = session.Record with { State = UploadState.Done, Intent = null, Error = null };
        return await session.SaveAsync(done, Durability.Power, Events.UploadEvents.Ended(done, session.Time)).ConfigureAwait(false) ? StepOutcome.Ok : session.Stop.Outcome();
    }

    private async Task<StepOutcome> MoveAsync(GateKeeper.Pass pass)
    {
        using var supply = supplies.Create(source, session.Generation.Plan);
        var outcome = session.Generation.Plan.Mode == PartMode.Single
            ? await MoveSingleAsync(supply).ConfigureAwait(false)
            : await MovePartsAsync(supply, pass).ConfigureAwait(false);
        return outcome;
    }

    /// <summary>The digest goes into the record with the intent of the call that makes the file complete: whoever finds it complete knows the digest.</summary>
    private void RememberDigest(PartSupply supply) => session.Record = session.Record with { Sha256 = supply.WholeDigest ?? session.Record.Sha256 };

    private async Task<StepOutcome> MoveSingleAsync(PartSupply supply)
    {
        session.View.Waiting(WaitReason.Client);
        PreparedPart? part = null;
        var outcome = StepOutcome.Interrupted(ErrorCodes.Interrupted, "Stopped before all of it was here.");
        try
        {
            part = await supply.PrepareAsync(1, session.Stop.Begin).ConfigureAwait(false);
            session.View.Telemetry?.Read(part.Body.Length);
            if (source.CheckUnchanged() is { } changed)
            {
                return outcome = StepOutcome.Failed(changed);
            }

            RememberDigest(supply);
            outcome = await new Completer(session).SendSingleAsync(part).ConfigureAwait(false);
            if (outcome.IsOk)
            {
                session.View.Set(s => s with { PartsAcknowledged = 1, AcknowledgedBytes = s.Length, Offset = s.Length - 1 });
            }

            return outcome;
        }
        finally
        {
            if (outcome.Kind == StepKind.Interrupted)
            {
                await supply.GiveBackAsync(0, part is null ? [] : [part]).ConfigureAwait(false);
            }

            part?.Dispose();
        }
    }

    private async Task<StepOutcome> MovePartsAsync(PartSupply supply, GateKeeper.Pass pass)
    {
        // 2. The parts.
        var rows = await session.AskStoreAsync(() => session.Store.Uploads.PartsAsync(session.Record.Id, session.Generation.Number, session.Stop.CarryOn)).ConfigureAwait(false);
        using var transfer = new PartTransfer(session, supply, pass);
        var moved = await transfer.RunAsync(rows).ConfigureAwait(false);
        _smallestParts |= transfer.PartsTooLarge;
        if (!moved.IsOk)
        {
            return moved;
        }

        // 3. The bytes that were hashed are still the file's bytes.
        if (source.CheckUnchanged() is { } changed)
        {
            return StepOutcome.Failed(changed);
        }

        RememberDigest(supply);

        // 4. Complete; a part that Notion says is missing is sent again.
        var completer = new Completer(session);
        for (var gaps = 0; ;)
        {
            var outcome = await completer.CompleteAsync().ConfigureAwait(false);
            if (!outcome.IsOk || completer.MissingPart is not { } missing)
            {
                return outcome;
            }

            if (Completer.TooManyGaps(++gaps) || supply.Again(missing) is not { } part)
            {
                return new StepOutcome(StepKind.Forgotten, new SluiceError(ErrorCodes.NotionRefused, $"Notion says part {missing} is missing, and it cannot be sent again."));
            }

            var sent = await transfer.SendAgainAsync(part).ConfigureAwait(false);
            if (!sent.IsOk)
            {
                return sent;
            }
        }
    }

    /// <summary>Keeps the order of several files on one page, but never past the point where this upload's own hour is in danger.</summary>
    private async Task WaitForTurnAsync(Task? attachAfter)
    {
        var left = session.Time.GetElapsedTime(session.Time.GetTimestamp(), session.DeadlineTimestamp) - session.Options.Timeouts.Total;
        if (attachAfter is null || attachAfter.IsCompleted || left <= TimeSpan.Zero)
        {
            return;
        }

        session.View.Waiting(WaitReason.Queue);
        try
        {
            // However the other one ended: WhenAny never fails.
            await Task.WhenAny(attachAfter).WaitAsync(left, session.Time, session.Stop.Begin).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // Order gives way to the hour.
        }
    }

    private Task<bool> DropGenerationAsync()
    {
        session.View.Set(s => s with { PartsAcknowledged = 0, AcknowledgedBytes = 0, Offset = 0, State = "waiting" });
        return session.SaveAsync(session.Record with { Generation = null, Intent = null, State = UploadState.Waiting }, Durability.Process);
    }
}

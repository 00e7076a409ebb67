using Sluice.Checkpoints;
using Sluice.Diagnostics;
using Sluice.Errors;
using Sluice.Notion;
using Sluice.Parts;
using Sluice.Pressure;

namespace Sluice.Transfer;

/// <summary>Finds the Notion upload of a session alive, or plans and makes one when the creation gate lets it.</summary>
internal sealed class GenerationMaker(SessionContext session, IByteSource source, ProfileKind profile)
{
    /// <summary>Gives the generation's place at the gate; else why there is none.</summary>
    /// <param name="smallestParts">Parts of the smallest size: larger ones do not get through.</param>
    public async Task<(GateKeeper.Pass? Pass, StepOutcome? Outcome)> FindOrMakeAsync(bool smallestParts)
    {
        var gate = session.Connection.Gate;
        if (session.Record.Generation is { } alive)
        {
            // An attach that was begun may have taken effect, and then the file stays whatever the hour says: that is settled by reading.
            if (session.HourIsOver && session.Record.Attached is null && session.Record.Intent is not { Kind: IntentKind.Attach })
            {
                return (null, new StepOutcome(StepKind.Forgotten, new SluiceError(ErrorCodes.UploadExpired, "Notion keeps an unfinished upload for an hour, and that hour is over.")));
            }

            ShowGeneration(alive);
            var left = session.Time.GetElapsedTime(session.Time.GetTimestamp(), session.DeadlineTimestamp);
            return (gate.Admit(alive.Plan.Count + CreationGate.RequestsBesideParts, alive.Plan.Length, left), null);
        }

        var planned = PlanParts(smallestParts);
        if (planned.Error is { } refused)
        {
            return (null, new StepOutcome(StepKind.Refused, refused));
        }

        var plan = planned.Plan;
        var requests = plan.Count + CreationGate.RequestsBesideParts;
        // An upload that was accepted is not refused any more: rates change, and alone it is let in whatever they say.
        if (session.Record.LastGeneration == 0 && !gate.CanEverPass(requests, plan.Length))
        {
            return (null, new StepOutcome(StepKind.Refused, HourRule.TooSlow(plan.Length, requests, session.Connection.Limits.Planning)));
        }

        var pass = await new Staging(session, source).PassAsync(requests, plan.Length).ConfigureAwait(false);
        var made = await MakeAsync(plan).ConfigureAwait(false);
        if (!made.IsOk)
        {
            pass.Dispose();
            return (null, made);
        }

        return (pass, null);
    }

    private (PartPlan Plan, SluiceError? Error) PlanParts(bool smallestParts)
    {
        var parts = session.Options.Parts;
        var inputs = new PartPlanInputs
        {
            Replayable = source.CanReread,
            BufferBytes = session.BufferBytes,
            FixedSize = session.PartSize ?? (parts.Size > 0 ? parts.Size : null),
            Options = parts,
            BytesPerSecond = session.Connection.Throughput.BytesPerSecond,
            ForceSmallest = smallestParts,
            Profile = profile,
        };
        return PartPlanner.Plan(source.Length, session.Connection.Limits, session.Connection.WorkspaceLimit, inputs);
    }

    private async Task<StepOutcome> MakeAsync(PartPlan plan)
    {
        var request = new CreateFileUploadRequest(session.Record.Name, session.Record.ContentType, plan.Mode, plan.Count);
        var begun = session.Connection.Clock.Now;
        var result = await session.PatientAsync(NotionEndpoint.Create, WaitReason.Response, a =>
        {
            begun = session.Connection.Clock.Now;
            return session.Connection.Api.CreateAsync(request, a);
        }).ConfigureAwait(false);
        if (!result.TryGet(out var upload, out var failure))
        {
            return StepOutcome.Of(failure);
        }

        session.Connection.Clock.Saw(upload.Date);
        session.GiveUp.Succeeded();
        var number = session.Record.LastGeneration + 1;
        var generation = new GenerationRecord(number, upload.Id, plan, begun, upload.ContentType ?? session.Record.ContentType);
        var record = session.Record with { State = UploadState.Transferring, Generation = generation, LastGeneration = number, Intent = null, Error = null };
        if (!await session.SaveAsync(record, Durability.Process).ConfigureAwait(false))
        {
            return session.Stop.Outcome();
        }

        ShowGeneration(generation);
        session.View.Events.Add(UploadEventKind.GenerationStarted);
        return StepOutcome.Ok;
    }

    private void ShowGeneration(GenerationRecord generation) => session.View.Set(s => s with
    {
        State = "transferring",
        Generation = generation.Number,
        PartsTotal = generation.Plan.Count,
        Length = generation.Plan.Length,
    });
}

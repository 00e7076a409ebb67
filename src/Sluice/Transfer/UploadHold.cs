using Sluice.Checkpoints;
using Sluice.Diagnostics;
using Sluice.Errors;
using Sluice.Spool;

namespace Sluice.Transfer;

/// <summary>One upload while this process holds its lease: moves it, and writes down how that ended.</summary>
internal sealed class UploadHold(TransferEngine engine, UploadWork work, UploadView view, UploadRecord record, LeaseKeeper lease)
{
    /// <summary>How long what is under way may take when another process asks for the upload.</summary>
    private static readonly TimeSpan LetGoGrace = TimeSpan.FromSeconds(10);

    /// <summary>How long a store that is away is asked to take the last word.</summary>
    private static readonly TimeSpan LastWord = TimeSpan.FromSeconds(10);

    private volatile SessionContext? _session;

    /// <summary>The record as it was written last.</summary>
    public UploadRecord Record => _session?.Record ?? record;

    /// <summary>Bytes that were acknowledged when this began.</summary>
    public long ResumedFrom { get; private set; }

    /// <summary>True where the lease went away meanwhile: nothing was written after that.</summary>
    public bool LeaseLost { get; private set; }

    /// <summary>Moves the upload until it is done, failed, interrupted or stopped.</summary>
    /// <param name="runStop">The stop of the whole run.</param>
    /// <param name="first">Whether this is the run's first hold.</param>
    public async Task<StepOutcome> MoveAsync(SessionStop runStop, bool first)
    {
        // Only who can go on after a lost lease needs a stop that is over with the lease.
        using var follower = work.Source.CanReread ? runStop.Follower() : null;
        var stop = follower ?? runStop;
        using var lost = lease.Lost.UnsafeRegister(static s => ((SessionStop)s!).Request(StopCause.LeaseLost, TimeSpan.Zero), stop);
        lease.WhenAskedToLetGo(() => stop.Request(StopCause.LetGo, LetGoGrace));
        var session = _session = engine.NewSession(record, lease, view, stop, engine.NewCaller(view, stop), work.Request);
        StepOutcome outcome;
        try
        {
            await ShowStartAsync(session, first).ConfigureAwait(false);
            outcome = await new UploadSession(session, work.Source, work.Target, work.Names, engine.Supplies(session.Record, view)).RunAsync(work.Request.AttachAfter).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.Requested)
        {
            outcome = stop.Outcome();
        }
        catch (SluiceException e)
        {
            outcome = new StepOutcome(e.Error.Code.ExitCode == 3 ? StepKind.Interrupted : StepKind.Failed, e.Error);
        }
        finally
        {
            lease.WhenAskedToLetGo(null);
        }

        if (outcome.Kind == StepKind.Interrupted && work.Source is SpooledByteSource { IsKept: false })
        {
            // Nobody can go on with it.
            outcome = StepOutcome.Failed(SpoolErrors.NotKept(outcome.Error));
        }

        LeaseLost = !outcome.IsOk && stop.Cause == StopCause.LeaseLost;
        await EndAsync(session, outcome).ConfigureAwait(false);
        return outcome;
    }

    /// <summary>Reads the stored file back where the request asks for it.</summary>
    public async Task<UploadResult> VerifyAsync(UploadResult result, SessionStop runStop)
    {
        if (result.Status != UploadStatus.Done || !work.Request.Verify || work.Target is not { } target)
        {
            return result;
        }

        var session = engine.NewSession(Record, lease, view, runStop, engine.NewCaller(view, runStop), work.Request);
        return await new StoredFileVerifier(session, target).VerifyAsync(result, work.Names.BlockKind).ConfigureAwait(false);
    }

    private async Task ShowStartAsync(SessionContext session, bool first)
    {
        if (record.Generation is { } generation)
        {
            var rows = await session.AskStoreAsync(() => session.Store.Uploads.PartsAsync(record.Id, generation.Number, session.Stop.CarryOn)).ConfigureAwait(false);
            ResumedFrom = generation.Completed ? record.Length : rows.Sum(r => r.Length);
        }

        view.Telemetry?.Begins(record.Id, ResumedFrom > 0);
        if (first)
        {
            view.Set(s => s with { ResumedFrom = ResumedFrom });
            view.Events.Add(UploadEventKind.Started);
        }

        view.Set(s => s with { UploadId = record.Id, State = "waiting" });
        if (ResumedFrom > 0)
        {
            TransferLog.UploadResumed(session.Log, record.Id, record.Name, ResumedFrom, record.Length);
        }
        else
        {
            TransferLog.UploadStarted(session.Log, record.Id, record.Name, record.Length);
        }
    }

    /// <summary>Writes the state the upload stays in; a refused one leaves nothing, a process without the lease writes nothing.</summary>
    private async Task EndAsync(SessionContext session, StepOutcome outcome)
    {
        if (outcome.IsOk)
        {
            await work.Source.ForgetAsync().ConfigureAwait(false);
            return;
        }

        if (session.Stop.Cause is StopCause.LeaseLost || !lease.IsHeld)
        {
            return;
        }

        // What is left to write must not be cut by the stop that brought us here; a store that stays away does not keep us for ever.
        using var bound = new CancellationTokenSource(LastWord, engine.Time);
        try
        {
            await StorePatience.AskAsync(() => WriteEndAsync(session, outcome, bound.Token), null, engine.Time, bound.Token).ConfigureAwait(false);
            if (outcome.Kind == StepKind.Refused)
            {
                await work.Source.ForgetAsync().ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SluiceException)
        {
            // The record keeps the state it had, from which the next run goes on all the same.
        }
    }

    private async ValueTask<StoreOutcome> WriteEndAsync(SessionContext session, StepOutcome outcome, CancellationToken cancellationToken)
    {
        var store = session.Store.Uploads;
        if (outcome.Kind == StepKind.Refused && !work.Request.Relayed)
        {
            await store.DeleteAsync(session.Record.Id, cancellationToken).ConfigureAwait(false);
            return StoreOutcome.Written;
        }

        // Whose client is away is not interrupted: it is where it was, and the client hears so when it comes back.
        var away = work.Request.Relayed && outcome.Error?.Code == ErrorCodes.Interrupted;
        var state = outcome.Kind is StepKind.Failed or StepKind.Refused ? UploadState.Failed : away ? session.Record.State : UploadState.Interrupted;
        var ended = session.Record with { State = state, Error = away ? null : outcome.Error, Updated = session.Time.GetUtcNow() };
        var written = await store.UpdateAsync(ended, session.Lease.Lease, Durability.Power, Events.UploadEvents.Ended(ended, session.Time), cancellationToken).ConfigureAwait(false);
        if (written == StoreOutcome.Written)
        {
            session.Record = ended;
        }
        else
        {
            session.View.Telemetry?.FenceRefused();
        }

        return written;
    }
}

using Microsoft.Extensions.Logging;
using Sluice.Checkpoints;
using Sluice.Diagnostics;
using Sluice.Errors;
using Sluice.Resilience;

namespace Sluice.Transfer;

/// <summary>
/// One upload in this process, from the request to the result: (1) refuse what can be refused without asking; (2) ask Notion
/// who we are and about the target; (3) find the record of the same upload or make one, under its lease; (4) move it;
/// (5) write down how it ended.
/// </summary>
internal sealed class UploadRun : UploadHandle, IDisposable
{
    private readonly TransferEngine _engine;
    private readonly SessionStop _stop;
    private readonly UploadView _view;
    private readonly long _start;
    private readonly Task<UploadResult> _completion;
    private UploadRecord? _record;
    private long _resumedFrom;
    private bool _doneBefore;

    public UploadRun(TransferEngine engine, Func<CancellationToken, ValueTask<UploadRequest>> request)
    {
        _engine = engine;
        _stop = new SessionStop(engine.Time);
        _view = new UploadView(engine.Time);
        _start = engine.Time.GetTimestamp();
        _completion = RunAsync(request);
    }

    public override Task<UploadResult> Completion => _completion;

    public override UploadSnapshot Snapshot() => _view.Snapshot();

    public override IAsyncEnumerable<UploadEvent> EventsAsync(CancellationToken cancellationToken = default) => _view.Events.ReadAsync(cancellationToken);

    public override Task StopAsync(TimeSpan grace) => StopAsync(StopCause.User, grace);

    internal async Task StopAsync(StopCause cause, TimeSpan grace)
    {
        if (!_completion.IsCompleted)
        {
            _stop.Request(cause, grace);
        }

        await _completion.ConfigureAwait(false);
    }

    private async Task<UploadResult> RunAsync(Func<CancellationToken, ValueTask<UploadRequest>> makeRequest)
    {
        await Task.Yield();
        UploadResult result;
        try
        {
            var request = await makeRequest(_stop.Begin).ConfigureAwait(false);
            _view.Set(s => s with { Name = request.Name ?? request.Source.SuggestedName ?? "" });
            using var place = await _engine.TakePlaceAsync(_view, _stop.Begin).ConfigureAwait(false);
            result = await MoveAsync(request).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stop.Requested)
        {
            result = Result(_stop.Outcome());
        }
        catch (SluiceException e)
        {
            result = Result(new StepOutcome(e.Error.Code.ExitCode switch { 4 => StepKind.Refused, 3 => StepKind.Interrupted, _ => StepKind.Failed }, e.Error));
        }

        _view.Set(s => s with { State = result.Status switch { UploadStatus.Done => "done", UploadStatus.Interrupted => "interrupted", _ => "failed" } });
        _view.Waiting(WaitReason.None);
        _view.Events.End();
        _engine.Ended(this, result);
        return result;
    }

    private async Task<UploadResult> MoveAsync(UploadRequest request)
    {
        // 1. Name, type, target's spelling.
        var names = Preflight.Check(request, _engine.Connection.Limits);
        _view.Set(s => s with { Name = names.Name });

        // 2. Who we are, and whether the target takes the file.
        var caller = _engine.NewCaller(_view, _stop);
        var asked = await _engine.Connection.BotAsync(me => caller.CallAsync(Notion.NotionEndpoint.UsersMe, WaitReason.Response, me), _stop.Begin).ConfigureAwait(false);
        if (asked.Failure is { } unknown)
        {
            return Result(StepOutcome.Of(unknown));
        }

        var id = _engine.NewId();
        var context = new SourceContext(id, _engine.Options, _engine.SpoolFolder, _engine.Connection.WorkspaceLimit, _engine.Time);
        _view.Waiting(WaitReason.Client);
        var source = await request.Source.OpenAsync(context, _stop.Begin).ConfigureAwait(false);
        await using (source.ConfigureAwait(false))
        {
            return await MoveAsync(request, names, source, id, caller).ConfigureAwait(false);
        }
    }

    private async Task<UploadResult> MoveAsync(UploadRequest request, Preflight names, IByteSource source, string id, PatientCaller caller)
    {
        _view.Set(s => s with { Length = source.Length });
        _engine.RefuseLength(source, request.PartSize);
        var (target, refused) = await new TargetResolver(_engine.Connection.Api, caller).ResolveAsync(names.Target).ConfigureAwait(false);
        if (refused is not null)
        {
            return Result(StepOutcome.Of(refused));
        }

        // 3. The record, under its lease.
        var claim = await new UploadClaim(_engine, request, names, source, id).TakeAsync(_stop.Begin).ConfigureAwait(false);
        _record = claim.Record;
        _doneBefore = claim.DoneBefore;
        if (claim.Lease is null)
        {
            return claim.AlreadyDone ? Result(StepOutcome.Ok) with { AlreadyDone = true } : Result(claim.Outcome);
        }

        await using (claim.Lease.ConfigureAwait(false))
        {
            return await MoveAsync(request, names, source, target, claim.Record, claim.Lease, caller).ConfigureAwait(false);
        }
    }

    private async Task<UploadResult> MoveAsync(UploadRequest request, Preflight names, IByteSource source, ResolvedTarget? target, UploadRecord record, LeaseKeeper lease, PatientCaller caller)
    {
        using var lost = lease.Lost.UnsafeRegister(static stop => ((SessionStop)stop!).Request(StopCause.LeaseLost, TimeSpan.Zero), _stop);
        _ = LetGoAsync(lease);

        // 4. Move it.
        var session = _engine.NewSession(record, lease, _view, _stop, caller, request);
        await ShowStartAsync(session).ConfigureAwait(false);
        StepOutcome outcome;
        try
        {
            outcome = await new UploadSession(session, source, target, names, _engine.Supplies(session.Record)).RunAsync(request.AttachAfter).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stop.Requested)
        {
            outcome = _stop.Outcome();
        }
        catch (SluiceException e)
        {
            outcome = new StepOutcome(e.Error.Code.ExitCode == 3 ? StepKind.Interrupted : StepKind.Failed, e.Error);
        }

        // 5. How it ended.
        outcome = await EndAsync(session, source, outcome).ConfigureAwait(false);
        _record = session.Record;
        var result = Result(outcome);
        return outcome.IsOk && request.Verify && target is not null
            ? await new StoredFileVerifier(session, target).VerifyAsync(result, names.BlockKind).ConfigureAwait(false)
            : result;
    }

    private async Task ShowStartAsync(SessionContext session)
    {
        var record = session.Record;
        if (record.Generation is { } generation)
        {
            var rows = await session.Store.Uploads.PartsAsync(record.Id, generation.Number, _stop.CarryOn).ConfigureAwait(false);
            _resumedFrom = generation.Completed ? record.Length : rows.Sum(r => r.Length);
        }

        _view.Set(s => s with { UploadId = record.Id, ResumedFrom = _resumedFrom, State = "waiting" });
        _view.Events.Add(UploadEventKind.Started);
        if (_resumedFrom > 0)
        {
            TransferLog.UploadResumed(session.Log, record.Id, record.Name, _resumedFrom, record.Length);
        }
        else
        {
            TransferLog.UploadStarted(session.Log, record.Id, record.Name, record.Length);
        }
    }

    /// <summary>Writes the state the upload stays in; a refused one leaves nothing, a process without the lease writes nothing.</summary>
    private async Task<StepOutcome> EndAsync(SessionContext session, IByteSource source, StepOutcome outcome)
    {
        if (outcome.IsOk)
        {
            await source.ForgetAsync().ConfigureAwait(false);
            return outcome;
        }

        if (_stop.Cause is StopCause.LeaseLost)
        {
            return outcome;
        }

        // What is left to write must not be cut by the stop that brought us here.
        var store = session.Store.Uploads;
        if (outcome.Kind == StepKind.Refused)
        {
            await store.DeleteAsync(session.Record.Id, CancellationToken.None).ConfigureAwait(false);
            await source.ForgetAsync().ConfigureAwait(false);
            return outcome;
        }

        var state = outcome.Kind == StepKind.Failed ? UploadState.Failed : UploadState.Interrupted;
        var ended = session.Record with { State = state, Error = outcome.Error, Updated = session.Time.GetUtcNow() };
        var withEvent = state == UploadState.Failed ? Outcomes.Event(ended, session.Time) : null;
        if (await store.UpdateAsync(ended, session.Lease.Lease, Durability.Power, withEvent, CancellationToken.None).ConfigureAwait(false) == StoreOutcome.Written)
        {
            session.Record = ended;
        }

        return outcome;
    }

    /// <summary>After <see cref="Completion"/>.</summary>
    public void Dispose() => _stop.Dispose();

    private async Task LetGoAsync(LeaseKeeper lease)
    {
        await Task.WhenAny(lease.LetGoRequested, _completion).ConfigureAwait(false);
        if (!_completion.IsCompleted)
        {
            _stop.Request(StopCause.LetGo, TimeSpan.FromSeconds(10));
        }
    }

    private UploadResult Result(StepOutcome outcome)
    {
        var record = _record;
        var generation = record?.Generation;
        return new UploadResult
        {
            Status = outcome.Kind switch { StepKind.Ok => UploadStatus.Done, StepKind.Refused => UploadStatus.Refused, StepKind.Failed => UploadStatus.Failed, _ => UploadStatus.Interrupted },
            UploadId = record?.Id,
            FileUploadId = generation?.FileUploadId,
            Name = record?.Name ?? _view.Snapshot().Name,
            Bytes = record?.Length ?? (_view.Snapshot().Length is var length and > 0 ? length : null),
            Parts = generation?.Plan.Count,
            Sha256 = record?.Sha256,
            Elapsed = _engine.Time.GetElapsedTime(_start),
            BytesSent = _view.BytesSent,
            Retries = _view.Retries,
            ResumedFrom = _resumedFrom,
            DoneBefore = _doneBefore,
            Target = record?.Target.ToString() ?? "none",
            PageId = record?.Attached?.PageId,
            BlockId = record?.Attached?.BlockId,
            Url = record?.Attached?.Url,
            Expires = outcome.IsOk && record?.Attached is null ? generation?.CreatedAt + _engine.Connection.Limits.Lifetime : null,
            Error = outcome.Error,
        };
    }
}

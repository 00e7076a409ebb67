using System.Diagnostics;
using Sluice.Checkpoints;
using Sluice.Diagnostics;
using Sluice.Errors;
using Sluice.Spool;

namespace Sluice.Transfer;

/// <summary>
/// One upload in this process, from the request to the result: (1) refuse what can be refused without asking; (2) ask Notion
/// who we are and about the target; (3) find the record of the same upload or make one, under its lease; (4) move it; where the
/// lease was lost (the process slept, the store was away) and nobody else has it, go on from (3).
/// </summary>
internal sealed class UploadRun : UploadHandle, IDisposable
{
    private readonly TransferEngine _engine;
    private readonly SessionStop _stop;
    private readonly UploadView _view;
    private readonly long _start;
    private readonly Task<UploadResult> _completion;
    private volatile Activity? _activity;
    private volatile UploadRecord? _record;
    private volatile UploadHold? _hold;
    private long? _resumedFrom;
    private bool _gathering;
    private bool _doneBefore;

    /// <summary>Begins.</summary>
    /// <param name="engine">What moves it.</param>
    /// <param name="request">Says what is asked for.</param>
    /// <param name="hasEvents">False where nobody will read <see cref="EventsAsync"/>.</param>
    public UploadRun(TransferEngine engine, Func<CancellationToken, ValueTask<UploadRequest>> request, bool hasEvents)
    {
        _engine = engine;
        _stop = new SessionStop(engine.Time);
        _view = new UploadView(engine.Time, engine.NewTelemetry(), hasEvents);
        _start = engine.Time.GetTimestamp();
        _completion = RunAsync(request);
    }

    public override Task<UploadResult> Completion => _completion;

    /// <summary>The record as it was written last; null before there is one.</summary>
    public UploadRecord? Record => _hold?.Record ?? _record;

    public override UploadSnapshot Snapshot() => _view.Snapshot();

    public override IAsyncEnumerable<UploadEvent> EventsAsync(CancellationToken cancellationToken = default) => _view.Events.ReadAsync(cancellationToken);

    public override Task StopAsync(TimeSpan grace) => StopAsync(StopCause.User, grace);

    /// <summary>A later request brings bytes too: the upload's trace, which began with the first, names it.</summary>
    internal void BroughtBy(Activity? request) => SluiceActivities.Link(_activity, request);

    /// <summary>Whether it holds a part buffer or a send, and whether it waits for its turn.</summary>
    internal (bool Active, bool Queued) Standing => _view.Standing();

    internal async Task StopAsync(StopCause cause, TimeSpan grace)
    {
        if (!_completion.IsCompleted)
        {
            _stop.Request(cause, grace);
        }

        await _completion.ConfigureAwait(false);
    }

    /// <summary>The run does this itself at its end; the handle can be asked for the result all the same.</summary>
    public void Dispose() => _stop.Dispose();

    private async Task<UploadResult> RunAsync(Func<CancellationToken, ValueTask<UploadRequest>> makeRequest)
    {
        await Task.Yield();
        using var activity = SluiceActivities.StartUpload();
        _activity = activity;
        _view.Telemetry?.Started();
        UploadResult? ended = null;
        try
        {
            var result = ended = await TryAsync(makeRequest).ConfigureAwait(false);
            SluiceActivities.Fail(activity, result.Error?.Code.Name);
            _view.Set(s => result.Status == UploadStatus.Done
                ? s with { State = "done", Length = result.Bytes ?? s.Length, Offset = result.Bytes ?? s.Length }
                : s with { State = result.Status == UploadStatus.Interrupted ? "interrupted" : "failed" });
            return result;
        }
        finally
        {
            _view.Waiting(WaitReason.None);
            _view.Telemetry?.Ended(ended);
            _view.Events.End();
            _engine.Ended(this);
            Dispose();
        }
    }

    private async Task<UploadResult> TryAsync(Func<CancellationToken, ValueTask<UploadRequest>> makeRequest)
    {
        try
        {
            var request = await makeRequest(_stop.Begin).ConfigureAwait(false);
            _view.Set(s => s with { Name = request.Name ?? request.Source.SuggestedName ?? "" });
            using var place = request.Relayed ? null : await _engine.TakePlaceAsync(_view, _stop.Begin).ConfigureAwait(false);
            return await MoveAsync(request).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stop.Requested)
        {
            return Result(_gathering ? StepOutcome.Failed(SpoolErrors.NotGathered()) : _stop.Outcome());
        }
        catch (SluiceException e)
        {
            return Result(new StepOutcome(e.Error.Code.ExitCode switch { 4 => StepKind.Refused, 3 => StepKind.Interrupted, _ => StepKind.Failed }, e.Error));
        }
    }

    private async Task<UploadResult> MoveAsync(UploadRequest request)
    {
        // 1. Name, type, target's spelling.
        var names = Preflight.Check(request, _engine.Connection.Limits);
        _view.Set(s => s with { Name = names.Name });

        // 2. Who we are (asked once for all uploads, so others may wait for it too), and whether the target takes the file.
        _view.Waiting(WaitReason.Response);
        var caller = _engine.NewCaller(_view, _stop);
        var asked = await _engine.Connection.BotAsync(me => caller.CallAsync(Notion.NotionEndpoint.UsersMe, WaitReason.Response, me), _stop.Begin).ConfigureAwait(false);
        if (asked.Failure is { } unknown)
        {
            return Result(StepOutcome.Of(unknown));
        }

        // What is done needs no bytes, and with a spooled one there are none any more.
        if (request.ResumeId is { } known && await FindAsync(known).ConfigureAwait(false) is { State: UploadState.Done } done)
        {
            _record = done;
            return Result(StepOutcome.Ok) with { AlreadyDone = true };
        }

        // A file is looked at before the target, for that asks nobody; a stream is gathered only for a target that takes it.
        var resolver = new TargetResolver(_engine.Connection.Api, caller);
        (ResolvedTarget? Target, Notion.NotionFailure? Failure) target = default;
        if (request.Source.Gathers)
        {
            target = await resolver.ResolveAsync(names.Target).ConfigureAwait(false);
            if (target.Failure is { } early)
            {
                return Result(StepOutcome.Of(early));
            }

            _gathering = true;
            _view.Set(s => s with { State = "staged" });
        }

        var id = _engine.NewId();
        var context = new SourceContext(id, _engine.Options, _engine.Spool, _engine.Connection.WorkspaceLimit, reason => _view.Waiting(reason));
        _view.Waiting(WaitReason.Client);
        var source = await request.Source.OpenAsync(context, _stop.Begin).ConfigureAwait(false);
        await using (source.ConfigureAwait(false))
        {
            _gathering = false;
            _view.Set(s => s with { Length = source.Length });
            _engine.RefuseLength(source, request.PartSize);
            target = request.Source.Gathers ? target
                : request.Relayed ? await _engine.Targets.ResolveAsync(names.Target, resolver.ResolveAsync).ConfigureAwait(false)
                : await resolver.ResolveAsync(names.Target).ConfigureAwait(false);
            return target.Failure is { } refused
                ? Result(StepOutcome.Of(refused))
                : await HoldAsync(new UploadWork(request, names, source, target.Target), id).ConfigureAwait(false);
        }
    }

    private Task<UploadRecord?> FindAsync(string id) =>
        StorePatience.AskAsync(() => _engine.Store.Uploads.FindAsync(id, _stop.Begin), () => _view.Waiting(Diagnostics.WaitReason.Checkpoint), _engine.Time, _stop.Begin);

    private async Task<UploadResult> HoldAsync(UploadWork work, string id)
    {
        // 3. The record, under its lease.
        var claims = new UploadClaim(_engine, work.Request, work.Names, work.Source, id, _view);
        var claim = await claims.TakeAsync(_stop.Begin).ConfigureAwait(false);
        while (true)
        {
            _record = claim.Record;
            work.Source.Recorded();
            _doneBefore |= claim.DoneBefore;
            if (claim.Lease is null)
            {
                return claim.AlreadyDone ? Result(StepOutcome.Ok) with { AlreadyDone = true } : Result(claim.Outcome);
            }

            // 4. Move it.
            var hold = _hold = new UploadHold(_engine, work, _view, claim.Record, claim.Lease);
            await using (claim.Lease.ConfigureAwait(false))
            {
                var outcome = await hold.MoveAsync(_stop, first: _resumedFrom is null).ConfigureAwait(false);
                _record = hold.Record;
                _resumedFrom ??= hold.ResumedFrom;
                if (!hold.LeaseLost || !work.Source.CanReread || _stop.Requested)
                {
                    return await hold.VerifyAsync(Result(outcome), _stop).ConfigureAwait(false);
                }
            }

            claim = await claims.AgainAsync(claim.Record.Id, _stop.Begin).ConfigureAwait(false);
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
            ResumedFrom = _resumedFrom ?? 0,
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

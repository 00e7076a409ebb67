using Sluice.Checkpoints;
using Sluice.Diagnostics;
using Sluice.Errors;

namespace Sluice.Transfer;

/// <summary>
/// One upload in this process, from the request to the result: (1) refuse what can be refused without asking; (2) ask Notion
/// who we are and about the target; (3) find the record of the same upload or make one, under its lease; (4) move it; where the
/// lease was lost (the process slept, the store was away) and nobody else has it, go on from (3).
/// </summary>
internal sealed class UploadRun : UploadHandle
{
    private readonly TransferEngine _engine;
    private readonly SessionStop _stop;
    private readonly UploadView _view;
    private readonly long _start;
    private readonly Task<UploadResult> _completion;
    private UploadRecord? _record;
    private long? _resumedFrom;

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
        try
        {
            var result = await TryAsync(makeRequest).ConfigureAwait(false);
            _view.Set(s => result.Status == UploadStatus.Done
                ? s with { State = "done", Length = result.Bytes ?? s.Length, Offset = result.Bytes ?? s.Length }
                : s with { State = result.Status == UploadStatus.Interrupted ? "interrupted" : "failed" });
            return result;
        }
        finally
        {
            _view.Waiting(WaitReason.None);
            _view.Events.End();
            _engine.Ended(this);
            _stop.Dispose();
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
            return Result(_stop.Outcome());
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
            _view.Set(s => s with { Length = source.Length });
            _engine.RefuseLength(source, request.PartSize);
            var resolver = new TargetResolver(_engine.Connection.Api, caller);
            var (target, refused) = await (request.Relayed ? _engine.Targets.ResolveAsync(names.Target, resolver.ResolveAsync) : resolver.ResolveAsync(names.Target)).ConfigureAwait(false);
            return refused is not null
                ? Result(StepOutcome.Of(refused))
                : await HoldAsync(new UploadWork(request, names, source, target), id).ConfigureAwait(false);
        }
    }

    private async Task<UploadResult> HoldAsync(UploadWork work, string id)
    {
        // 3. The record, under its lease.
        var claims = new UploadClaim(_engine, work.Request, work.Names, work.Source, id, _view);
        var claim = await claims.TakeAsync(_stop.Begin).ConfigureAwait(false);
        while (true)
        {
            _record = claim.Record;
            if (claim.Lease is null)
            {
                return claim.AlreadyDone ? Result(StepOutcome.Ok) with { AlreadyDone = true } : Result(claim.Outcome);
            }

            // 4. Move it.
            var hold = new UploadHold(_engine, work, _view, claim.Record, claim.Lease);
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
            Target = record?.Target.ToString() ?? "none",
            PageId = record?.Attached?.PageId,
            BlockId = record?.Attached?.BlockId,
            Url = record?.Attached?.Url,
            Expires = outcome.IsOk && record?.Attached is null ? generation?.CreatedAt + _engine.Connection.Limits.Lifetime : null,
            Error = outcome.Error,
        };
    }
}

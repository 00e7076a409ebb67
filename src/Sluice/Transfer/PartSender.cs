using Sluice.Checkpoints;
using Sluice.Diagnostics;
using Sluice.Errors;
using Sluice.Notion;
using Sluice.Pacing;
using Sluice.Resilience;

namespace Sluice.Transfer;

/// <summary>Sends the parts of one generation, each until Notion has it, in rounds of attempts with a rest between them.</summary>
/// <param name="session">The upload.</param>
/// <param name="generation">The generation that the parts belong to, whatever the record says by then.</param>
/// <param name="begin">Fires when nothing new may begin.</param>
/// <param name="carryOn">Fires when what is under way must end.</param>
internal sealed class PartSender(SessionContext session, GenerationRecord generation, CancellationToken begin, CancellationToken carryOn)
{
    /// <summary>The last parts go first: they finish the upload.</summary>
    private const int Finishing = 3;

    /// <summary>An attempt that failed after so much of Notion's time for a request failed because of it.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(5);

    private int _timeLimitsInARow;

    /// <summary>True where two time limits in a row, with as few senders as there can be, say that parts are too large for this link.</summary>
    public bool PartsTooLarge { get; private set; }

    public async Task<StepOutcome> SendAsync(PreparedPart part, PartView view)
    {
        var body = session.Connection.Limit is { } limit ? new LimitedPartBody(part.Body, limit) : part.Body;
        var request = new SendFileUploadRequest(generation.FileUploadId, part.Number, generation.ContentType, body) { FileName = session.Record.Name };
        var call = new CallPlan(NotionEndpoint.Send, view)
        {
            Permit = new PermitOrder(part.Number > generation.Plan.Count - Finishing, session.DeadlineTimestamp),
            DeadlineTimestamp = session.DeadlineTimestamp,
            GiveUp = session.GiveUp,
            Retrieve = attempt => session.Connection.Api.RetrieveAsync(generation.FileUploadId, attempt),
        };
        using var guard = new AttemptGuard(begin, carryOn);
        while (true)
        {
            var result = await session.Connection.Pipeline.ExecuteAsync(call, a => guard.RunAsync(() => AttemptAsync(request, a)), guard.Token).ConfigureAwait(false);
            if (result.TryGet(out _, out var failure))
            {
                return StepOutcome.Ok;
            }

            if (session.HourIsOver)
            {
                return new StepOutcome(StepKind.Forgotten, failure.Error);
            }

            if (failure.UploadNotPending)
            {
                return await WhyNotPendingAsync(failure).ConfigureAwait(false);
            }

            if (failure.Class is not (FailureClass.Transient or FailureClass.Unknown) || session.GiveUp.Exhausted)
            {
                return StepOutcome.Of(failure);
            }

            await session.Caller.RestAsync(view, part.Number, failure.Error, guard.Token).ConfigureAwait(false);
        }
    }

    private async Task<NotionResult<NotionFileUpload>> AttemptAsync(SendFileUploadRequest request, IAttempt attempt)
    {
        var start = session.Time.GetTimestamp();
        var result = await session.Connection.Api.SendAsync(request, attempt).ConfigureAwait(false);
        if (result.TryGet(out _, out var failure))
        {
            Volatile.Write(ref _timeLimitsInARow, 0);
            session.Connection.Throughput.Succeeded(start, request.Body.Length);
            return result;
        }

        return TooLargeForThisLink(failure, session.Time.GetElapsedTime(start))
            ? new NotionFailure(FailureClass.Forgotten, failure.Error)
            : result;
    }

    /// <summary>Notion ends a request at 60 s, and a body that is still coming then ends as an error of its edge or a broken connection: smaller parts are the only way on.</summary>
    private bool TooLargeForThisLink(NotionFailure failure, TimeSpan took)
    {
        var ranOut = failure.TimedOut || (failure.Class is FailureClass.Transient or FailureClass.Unknown && took >= session.Connection.Limits.RequestLimit - Margin);
        if (!ranOut || session.Connection.Pipeline.Limit > FewestSenders)
        {
            Volatile.Write(ref _timeLimitsInARow, 0);
            return false;
        }

        PartsTooLarge |= Interlocked.Increment(ref _timeLimitsInARow) >= 2 && generation.Plan.PartSize > session.Connection.Limits.MinPartSize;
        return PartsTooLarge;
    }

    private int FewestSenders => session.Options.Features.AdaptiveConcurrency > 0 ? Math.Max(1, session.Options.Concurrency.MinWorkers) : session.Options.Concurrency.MaxWorkers;

    /// <summary>Notion takes no more parts: where the file is complete (a late call of an earlier owner) that is as good as an acknowledgement.</summary>
    private async Task<StepOutcome> WhyNotPendingAsync(NotionFailure failure)
    {
        var result = await session.RetrieveAsync(WaitReason.Response).ConfigureAwait(false);
        return result.Value?.Status == NotionUploadStatus.Uploaded ? StepOutcome.Ok
            : result.Value is not null || result.Failure?.Class == FailureClass.Forgotten ? new StepOutcome(StepKind.Forgotten, failure.Error)
            : new StepOutcome(StepKind.Interrupted, failure.Error);
    }
}

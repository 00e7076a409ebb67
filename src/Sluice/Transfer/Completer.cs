using System.Globalization;
using System.Text.RegularExpressions;
using Sluice.Checkpoints;
using Sluice.Diagnostics;
using Sluice.Errors;
using Sluice.Notion;
using Sluice.Parts;

namespace Sluice.Transfer;

/// <summary>
/// Makes the one call after which Notion has the whole file: complete of a multi-part upload, or the send of a single-part
/// one. It takes effect exactly once: an intent is durable before it, and whatever is not a clear answer is settled by
/// retrieving the upload, never by calling again blindly.
/// </summary>
internal sealed partial class Completer(SessionContext session)
{
    /// <summary>So often parts named as missing are sent again before the generation is given up.</summary>
    private const int MostGaps = 20;

    /// <summary>The part Notion named as missing, after <see cref="RunAsync"/> ended with <see cref="StepKind.Ok"/> and the file is not complete.</summary>
    public int? MissingPart { get; private set; }

    /// <summary>Completes the parts that were sent.</summary>
    public Task<StepOutcome> CompleteAsync() =>
        RunAsync(IntentKind.Complete, () => session.OnceAsync(
            IntentKind.Complete, ExactlyOnce.Plan(session, NotionEndpoint.Complete, WaitReason.Completing), () => session.Lease.IsHeld, a => session.Connection.Api.CompleteAsync(session.Generation.FileUploadId, a)));

    /// <summary>Sends the whole file at once.</summary>
    public async Task<StepOutcome> SendSingleAsync(PreparedPart part)
    {
        var length = part.Body.Length;
        var view = session.View.Begin(1, length);
        var body = session.Connection.Limit is { } limit ? new Pacing.LimitedPartBody(part.Body, limit) : part.Body;
        var request = new SendFileUploadRequest(session.Generation.FileUploadId, null, session.Generation.ContentType, body) { FileName = session.Record.Name };
        try
        {
            var plan = new Resilience.CallPlan(NotionEndpoint.Send, view)
            {
                Retry = false,
                Permit = new Resilience.PermitOrder(true, session.DeadlineTimestamp),
                DeadlineTimestamp = session.DeadlineTimestamp,
            };
            return await RunAsync(IntentKind.Send, () => session.OnceAsync(IntentKind.Send, plan, () => session.Lease.IsHeld, MeasuredAsync)).ConfigureAwait(false);
        }
        finally
        {
            session.View.End(view);
        }

        async Task<NotionResult<NotionFileUpload>> MeasuredAsync(IAttempt attempt)
        {
            var start = session.Time.GetTimestamp();
            var result = await session.Connection.Api.SendAsync(request, attempt).ConfigureAwait(false);
            if (result.IsSuccess)
            {
                session.Connection.Throughput.Succeeded(start, length);
            }

            return result;
        }
    }

    private async Task<StepOutcome> RunAsync(IntentKind kind, Func<Task<NotionResult<NotionFileUpload>>> call)
    {
        MissingPart = null;
        var generation = session.Generation;

        // 1. An earlier owner may have made the call: look before anything else.
        if (session.Record.Intent is { } earlier && earlier.Kind == kind && earlier.Generation == generation.Number)
        {
            var (settled, found) = await SettleAsync().ConfigureAwait(false);
            if (!settled.IsOk || found == Settlement.Took)
            {
                return settled.IsOk ? await SaveCompletedAsync().ConfigureAwait(false) : settled;
            }
        }

        for (var attempt = 1; ; attempt++)
        {
            // 2. The intent, durable, and right after it the call.
            var start = session.Time.GetTimestamp();
            var result = await call().ConfigureAwait(false);
            if (result.TryGet(out var upload, out var failure))
            {
                session.GiveUp.Succeeded();
                session.Connection.Clock.Saw(upload.Date);
                return Check(upload) is { } wrong ? wrong : await SaveCompletedAsync().ConfigureAwait(false);
            }

            // 3. Not a clear answer, or one that a repeated call may get: look.
            if (failure.Class == FailureClass.Gap && FindMissing(failure) is { } missing)
            {
                MissingPart = missing;
                return StepOutcome.Ok;
            }

            if (failure.Class == FailureClass.Ignored && session.Stop.Requested)
            {
                return session.Stop.Outcome();
            }

            if (failure.Class is FailureClass.Credentials or FailureClass.Ignored || failure.Error.Code == ErrorCodes.SourceChanged || failure.Error.Code == ErrorCodes.SourceMissing)
            {
                return StepOutcome.Of(failure);
            }

            session.GiveUp.Failing(start);
            var (outcome, settlement) = await SettleAsync().ConfigureAwait(false);
            if (!outcome.IsOk)
            {
                return outcome;
            }

            if (settlement == Settlement.Took)
            {
                return await SaveCompletedAsync().ConfigureAwait(false);
            }

            // 4. It took no effect: again, unless it never can.
            if (failure.Class is FailureClass.Permanent or FailureClass.Gap)
            {
                return failure.Class == FailureClass.Gap ? new StepOutcome(StepKind.Forgotten, failure.Error) : StepOutcome.Failed(failure.Error);
            }

            if (session.HourIsOver)
            {
                return new StepOutcome(StepKind.Forgotten, failure.Error);
            }

            if (session.GiveUp.Exhausted)
            {
                return new StepOutcome(StepKind.Interrupted, failure.Error);
            }

            await session.Caller.BackOffAsync(attempt, failure.Error).ConfigureAwait(false);
        }
    }

    private async Task<(StepOutcome Outcome, Settlement Found)> SettleAsync()
    {
        var result = await session.RetrieveAsync(WaitReason.Completing).ConfigureAwait(false);
        if (!result.TryGet(out var upload, out var failure))
        {
            return (StepOutcome.Of(failure), Settlement.NotYet);
        }

        return upload.Status switch
        {
            NotionUploadStatus.Uploaded => Check(upload) is { } wrong ? (wrong, Settlement.NotYet) : (StepOutcome.Ok, Settlement.Took),
            NotionUploadStatus.Pending => (StepOutcome.Ok, Settlement.NotYet),
            _ => (new StepOutcome(StepKind.Forgotten, new SluiceError(ErrorCodes.UploadExpired, $"Notion says the upload is {upload.Status.ToString().ToLowerInvariant()}.")), Settlement.NotYet),
        };
    }

    /// <summary>Size, part count and status have to be what was sent: a difference is never reported as success.</summary>
    private StepOutcome? Check(NotionFileUpload upload)
    {
        var plan = session.Generation.Plan;
        var wrong = upload.Status != NotionUploadStatus.Uploaded ? $"says it is {upload.Status.ToString().ToLowerInvariant()}"
            : upload.ContentLength is { } length && length != plan.Length ? string.Create(CultureInfo.InvariantCulture, $"holds {length:N0} bytes of {plan.Length:N0}")
            : plan.Mode == PartMode.Multi && upload.PartsTotal is { } total && total != plan.Count ? $"counts {total} parts of {plan.Count}"
            : null;
        return wrong is null
            ? null
            : new StepOutcome(StepKind.Forgotten, new SluiceError(ErrorCodes.NotionRefused, $"Notion took the last call but {wrong}; the file is sent again under a new upload."));
    }

    private async Task<StepOutcome> SaveCompletedAsync()
    {
        var record = session.Record with { Generation = session.Generation with { Completed = true }, Intent = null };
        if (!await session.SaveAsync(record, Durability.Power).ConfigureAwait(false))
        {
            return session.Stop.Outcome();
        }

        session.View.Events.Add(UploadEventKind.Completed);
        return StepOutcome.Ok;
    }

    /// <summary>The part number in Notion's text; the text is not documented, so what is not understood is no number.</summary>
    private int? FindMissing(NotionFailure failure)
    {
        var match = MissingPartText().Match(failure.Error.Message);
        return match.Success && int.TryParse(match.Groups["part"].ValueSpan, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= session.Generation.Plan.Count
            ? number
            : null;
    }

    [GeneratedRegex(@"part number (?<part>\d{1,5})", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 100)]
    private static partial Regex MissingPartText();

    /// <summary>Whether so many gaps say that sending parts again does not help.</summary>
    public static bool TooManyGaps(int gaps) => gaps > MostGaps;
}

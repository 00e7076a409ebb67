using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Sluice.AspNetCore.Api;
using Sluice.AspNetCore.Hosting;
using Sluice.Checkpoints;
using Sluice.Errors;
using Sluice.Relay;

namespace Sluice.AspNetCore.Tus;

/// <summary>
/// Lends a request's body to its upload and says what the request is told. What clients do with each answer decides (docs/tus-compliance.md):
/// a body that was read to its end gets its answer; one that was cut by a newer request, a stop or a step back has its connection
/// dropped, because before a body's end there is no 2xx, a 4xx would end an upload that can go on, and every client asks again
/// after a dropped connection; one whose upload failed for good is told so and closed.
/// </summary>
internal sealed class BodyTaker(ChecksumRoom room, PendingBodies pending, FrontOptions front, TimeProvider time)
{
    /// <summary>The server's own limits on bodies do not fit uploads: their clocks are the feed's.</summary>
    public static void LiftLimits(HttpContext http)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = null;
        }

        if (http.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
        {
            rate.MinDataRate = null;
        }
    }

    /// <summary>The body's length: 0 where there is none, null where it is chunked.</summary>
    public static long? Count(HttpContext http) =>
        http.Request.ContentLength ?? (http.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody == true ? null : 0);

    /// <summary>Takes the body. Everything that can be refused was, before this is called: here the first byte is read.</summary>
    public async Task<BodyAnswer> TakeAsync(HttpContext http, IRelayUpload upload, long offset, TusChecksum? checksum)
    {
        return upload.IsOver ? await DropLastByteAsync(http)
            : checksum is null ? await TakeAsync(http, upload, http.Request.Body, offset, Count(http))
            : await TakeCheckedAsync(http, upload, offset, checksum);
    }

    private async Task<BodyAnswer> TakeAsync(HttpContext http, IRelayUpload upload, Stream stream, long offset, long? count)
    {
        var body = new CountedBody(stream);
        var end = await upload.TakeBodyAsync(body, offset, count, http.RequestAborted);
        switch (end)
        {
            case BodyEnd.Whole:
                // A chunked body ends when it says so, not where the file does.
                return count is null && await HasMoreAsync(body, http.RequestAborted) is var more and not false
                    ? more is null ? BodyAnswer.Dropped : BodyAnswer.Refused(TusChecks.Fits(offset, upload.Record.Length - offset + 1, upload.Record.Length)!, close: true)
                    : BodyAnswer.Whole(body.Count);
            case BodyEnd.WrongOffset:
                return BodyAnswer.Refused(TusChecks.Offset(offset, upload.Offset) ?? Refusal.BadRequest("Another request brings bytes of this upload. Ask with HEAD and go on there.", StatusCodes.Status409Conflict), close: count != 0);
            case BodyEnd.Different:
                return BodyAnswer.Refused(Refusal.Final(upload.Record.Error ?? new(ErrorCodes.SourceChanged, ErrorCodes.SourceChanged.Meaning + " Start a new upload.")), close: true);
            default:
                return upload is { IsOver: true, Record.State: not UploadState.Done } && !http.RequestAborted.IsCancellationRequested
                    ? BodyAnswer.Refused(OverAnswer(upload.Record), close: true)
                    : BodyAnswer.Dropped;
        }
    }

    /// <summary>What later requests for an upload are told that ended without being done.</summary>
    public static Refusal Gone(UploadRecord record) => new(StatusCodes.Status410Gone, record.Error ?? new(
        record.State == UploadState.Cancelled ? ErrorCodes.Cancelled : ErrorCodes.UploadExpired,
        record.State == UploadState.Cancelled ? "The upload was cancelled. Start it again if that was not meant." : "The upload's time is over. Start it again."));

    /// <summary>What the request is told that was there when its upload ended without being done: the reason, as a 4xx that is not tried again.</summary>
    public static Refusal OverAnswer(UploadRecord record) => record.State == UploadState.Failed && record.Error is { } error ? Refusal.Final(error) : Gone(record);

    /// <summary>Holds a body whole until its checksum matches; only then the upload hears of it.</summary>
    private async Task<BodyAnswer> TakeCheckedAsync(HttpContext http, IRelayUpload upload, long offset, TusChecksum checksum)
    {
        var count = Count(http);
        var most = Math.Min(upload.Record.Length - offset, ChecksumRoom.Most);
        var reserved = count ?? most;
        if (!room.TryTake(reserved))
        {
            return BodyAnswer.Refused(Refusal.Of(new SluiceError(ErrorCodes.Busy, "There is no room just now for another body with a checksum. Try again in a moment.") { RetryAfter = TimeSpan.FromSeconds(2) }));
        }

        var mine = pending.Enter(upload.Record.Id);
        try
        {
            using var held = new HeldBody();
            using var either = CancellationTokenSource.CreateLinkedTokenSource(mine.Token, http.RequestAborted);
            switch (await held.FillAsync(http.Request.Body, most, front.ClientIdle, time, either.Token))
            {
                case HeldBody.Fill.Idle:
                    return BodyAnswer.Dropped;
                case HeldBody.Fill.TooLong:
                    return BodyAnswer.Refused(TusChecks.Fits(offset, held.Length, upload.Record.Length) ?? TusChecks.ChecksumFits(held.Length, ChecksumRoom.Most)!, close: true);
            }

            if (!held.Matches(checksum))
            {
                return BodyAnswer.Refused(Refusal.Of(ErrorCodes.ChecksumMismatch, "The body does not match its checksum; nothing of it was kept. " + ErrorCodes.ChecksumMismatch.Advice));
            }

            return await TakeAsync(http, upload, held, offset, held.Length);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            return BodyAnswer.Dropped;
        }
        finally
        {
            pending.Leave(upload.Record.Id, mine);
            room.Return(reserved);
        }
    }

    /// <summary>Done already: the answer to the last byte was lost, and it came once more.</summary>
    private async Task<BodyAnswer> DropLastByteAsync(HttpContext http)
    {
        var body = new CountedBody(http.Request.Body);
        return await HasMoreAsync(body, http.RequestAborted) is { } one && (!one || await HasMoreAsync(body, http.RequestAborted) is not null)
            ? BodyAnswer.Whole(body.Count)
            : BodyAnswer.Dropped;
    }

    /// <summary>Whether a chunked body goes on; null: that was not to be found out.</summary>
    private async ValueTask<bool?> HasMoreAsync(Stream body, CancellationToken gone)
    {
        try
        {
            using var silence = new CancellationTokenSource(front.ClientIdle, time);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, gone);
            return await body.ReadAsync(new byte[1], both.Token) > 0;
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            return null;
        }
    }
}

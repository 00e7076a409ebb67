using Microsoft.AspNetCore.Http;
using Sluice.AspNetCore.Api;
using Sluice.AspNetCore.Hosting;
using Sluice.AspNetCore.Security;
using Sluice.Checkpoints;
using Sluice.Errors;
using Sluice.Relay;

namespace Sluice.AspNetCore.Tus;

/// <summary>
/// PATCH: brings bytes. 1. what the request says by itself, 2. the upload, 3. the body before it ends, 4. where it stands,
/// 5. the body, 6. the answer: the new offset; length - 1 where the end was brought and finishing goes on.
/// </summary>
internal sealed class TusPatch(UploadFinder finder, PendingBodies pending, BodyTaker taker, FinishWait finish, TusOptions options)
{
    private static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(5);

    public async Task RunAsync(FrontCall call, string id)
    {
        // 1.
        var headers = call.Http.Request.Headers;
        if ((TusChecks.ContentType(headers) ?? TusChecks.Number(headers, TusConstants.Offset, out _) ?? TusChecks.NoUnknownExtension(headers) ?? TusChecks.Checksum(headers, out _)) is { } wrong)
        {
            await call.RefuseAsync(wrong);
            return;
        }

        TusChecks.Number(headers, TusConstants.Offset, out var offset);
        TusChecks.Checksum(headers, out var checksum);

        // 2.
        if (await finder.FindAsync(id, call.Caller, call.Gone) is not { } upload)
        {
            await call.RefuseAsync(Refusal.NotFound());
            return;
        }

        // 3.
        pending.End(id);
        if (!await upload.EndBodyAsync(TusConstants.EndBody))
        {
            await call.RefuseAsync(Refusal.Of(ErrorCodes.Locked, "The upload's last request has not ended yet. Try again in a moment."));
            return;
        }

        // 4.
        var count = BodyTaker.Count(call.Http);
        if (Standing(upload, offset, count, checksum, headers) is { } refusal)
        {
            await call.RefuseAsync(refusal);
            return;
        }

        // 5.
        var answer = await taker.TakeAsync(call.Http, upload, offset, checksum);
        if (await TusAnswer.EndedAsync(call.Http, answer))
        {
            return;
        }

        // 6.
        var brought = offset + answer.Taken;
        if (brought >= upload.Record.Length && !await finish.IsOverAsync(upload, call.Gone))
        {
            await AnswerAsync(call, upload, brought);
            return;
        }

        if (upload.IsOver && upload.Record.State != UploadState.Done)
        {
            await call.RefuseAsync(BodyTaker.OverAnswer(upload.Record));
            return;
        }

        await AnswerAsync(call, upload, brought);
    }

    /// <summary>Whether the upload takes this body.</summary>
    private static Refusal? Standing(IRelayUpload upload, long offset, long? count, TusChecksum? checksum, IHeaderDictionary headers)
    {
        var record = upload.Record;
        if (upload.IsOver && record.State != UploadState.Done)
        {
            return BodyTaker.Gone(record);
        }

        // Done: the last byte comes once more where the answer to it was lost.
        var current = upload.IsOver && offset == record.Length - 1 ? offset : upload.Offset;
        return TusChecks.SameLength(headers, record.Length)
            ?? TusChecks.Offset(offset, current)
            ?? TusChecks.Fits(offset, count, record.Length)
            ?? (checksum is null ? null : TusChecks.ChecksumFits(count, ChecksumRoom.Most));
    }

    private async Task AnswerAsync(FrontCall call, IRelayUpload upload, long brought)
    {
        var told = upload.Offset;
        if (told < brought && UnfinishedAnswer.Is503(options.UnfinishedAnswer, call.Http.Request.Headers.UserAgent))
        {
            TusAnswer.Expires(call.Http, upload);
            await call.RefuseAsync(Refusal.Of(new SluiceError(ErrorCodes.Busy, "All bytes are here; the file is being finished at Notion. Ask again with HEAD.") { RetryAfter = AskAgain }));
            return;
        }

        TusAnswer.Standing(call.Http, told, upload);
        call.Http.Response.StatusCode = StatusCodes.Status204NoContent;
    }
}

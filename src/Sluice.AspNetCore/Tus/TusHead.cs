using System.Globalization;
using Microsoft.AspNetCore.Http;
using Sluice.AspNetCore.Api;
using Sluice.AspNetCore.Hosting;
using Sluice.AspNetCore.Security;
using Sluice.Checkpoints;
using Sluice.Errors;

namespace Sluice.AspNetCore.Tus;

/// <summary>
/// HEAD: where an upload stands. Answers 200, 404, 410 or 423 and nothing else, because clients take anything else for "begin
/// anew" (412 apart, which only programs that do not speak tus ever see). A body that still runs is ended first: the client that
/// asks has left it.
/// </summary>
internal sealed class TusHead(UploadFinder finder, PendingBodies pending)
{
    public async Task RunAsync(FrontCall call, string id)
    {
        if (await finder.FindAsync(id, call.Caller, call.Gone) is not { } upload)
        {
            await call.RefuseAsync(Refusal.NotFound());
            return;
        }

        pending.End(id);
        if (!await upload.EndBodyAsync(TusConstants.EndBody))
        {
            await call.RefuseAsync(Refusal.Of(ErrorCodes.Locked, "The upload's last request has not ended yet. Ask again in a moment."));
            return;
        }

        var record = upload.Record;
        if (upload.IsOver && record.State != UploadState.Done)
        {
            await call.RefuseAsync(BodyTaker.Gone(record));
            return;
        }

        var headers = call.Http.Response.Headers;
        TusAnswer.Standing(call.Http, upload.Offset, upload);
        headers[TusConstants.Length] = record.Length.ToString(CultureInfo.InvariantCulture);
        if (record.Metadata is { } metadata)
        {
            headers[TusConstants.Metadata] = metadata;
        }

        call.Http.Response.StatusCode = StatusCodes.Status200OK;
    }
}

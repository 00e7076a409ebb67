using Microsoft.AspNetCore.Http;
using Sluice.AspNetCore.Api;
using Sluice.AspNetCore.Hosting;
using Sluice.AspNetCore.Tus;
using Sluice.Checkpoints;
using Sluice.Errors;
using Sluice.Relay;

namespace Sluice.AspNetCore.Direct;

/// <summary>
/// The body and the answer of uploads that cannot be resumed by their client: 201 done, 202 where finishing goes on, and on a
/// broken body the upload is given up, because nobody can go on with it. Never ended here for load. Every answer carries the URL.
/// </summary>
internal sealed class DirectAnswer(FinishWait finish, TimeProvider time)
{
    public async Task RunAsync(FrontCall call, IRelayUpload upload, Stream body)
    {
        var http = call.Http;
        http.Response.Headers.Location = $"{http.Request.PathBase}{ApiPaths.Uploads}/{upload.Record.Id}";
        BodyEnd end;
        try
        {
            end = await upload.TakeBodyAsync(body, 0, upload.Record.Length, call.Gone);
        }
        catch
        {
            await upload.CancelAsync(CancellationToken.None);
            throw;
        }

        if (end != BodyEnd.Whole)
        {
            await BrokenAsync(call, upload, end, body as FormFile);
            return;
        }

        var over = await finish.IsOverAsync(upload, call.Gone);
        if (over && upload.Record.State != UploadState.Done)
        {
            await call.RefuseAsync(BodyTaker.OverAnswer(upload.Record));
            return;
        }

        await JsonAnswer.WriteAsync(http, over ? StatusCodes.Status201Created : StatusCodes.Status202Accepted, json => UploadJson.Write(json, UploadView.Of(upload, time.GetUtcNow())));
    }

    private static async Task BrokenAsync(FrontCall call, IRelayUpload upload, BodyEnd end, FormFile? form)
    {
        if (upload is { IsOver: true, Record.State: not UploadState.Done })
        {
            call.Http.Response.Headers.Connection = "close";
            await call.RefuseAsync(BodyTaker.OverAnswer(upload.Record));
            return;
        }

        await upload.CancelAsync(CancellationToken.None);
        if (form is { IsMisfit: true })
        {
            call.Http.Response.Headers.Connection = "close";
            await call.RefuseAsync(Refusal.BadRequest("The form does not end with the file, or the file's length does not fit. Send one file as the last part, or give its part a Content-Length, or use PUT /files/{name}."));
            return;
        }

        if (end is BodyEnd.Cut or BodyEnd.Stopped && !call.Gone.IsCancellationRequested)
        {
            call.Http.Response.Headers.Connection = "close";
            await call.RefuseAsync(Refusal.Of(new SluiceError(ErrorCodes.Interrupted, "The upload had to begin anew, and this way of sending cannot: send the file again, or use tus (POST /files), which goes on by itself.") { RetryAfter = TimeSpan.FromSeconds(10) }));
            return;
        }

        call.Http.Abort();
    }
}

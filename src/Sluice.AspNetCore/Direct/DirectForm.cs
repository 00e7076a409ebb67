using Microsoft.AspNetCore.Http;
using Sluice.AspNetCore.Api;
using Sluice.AspNetCore.Hosting;
using Sluice.AspNetCore.Security;

namespace Sluice.AspNetCore.Direct;

/// <summary>A form with one file, as a browser without scripts or <c>curl -F</c> sends it; fields before the file, the file streamed.</summary>
internal sealed class DirectForm(UploadDoor door, DirectAnswer answer, FrontOptions front, TimeProvider time)
{
    public async Task RunAsync(FrontCall call)
    {
        var http = call.Http;
        if (FormHead.Boundary(http.Request.ContentType) is not { } boundary)
        {
            await call.RefuseAsync(Refusal.BadRequest("Send a form: Content-Type: multipart/form-data with a boundary.", StatusCodes.Status415UnsupportedMediaType));
            return;
        }

        var (head, refusal) = await HeadAsync(call, boundary);
        if (head is null)
        {
            http.Response.Headers.Connection = "close";
            await call.RefuseAsync(refusal!);
            return;
        }

        var (upload, error) = await door.CreateAsync(http, call.Caller, new NewUpload { Name = head.Name, ContentType = head.ContentType, Length = head.Length, To = head.Target, Caption = head.Caption });
        if (upload is null)
        {
            http.Response.Headers.Connection = "close";
            await call.RefuseAsync(Refusal.Of(error!));
            return;
        }

        await answer.RunAsync(call, upload, head.File);
    }

    /// <summary>The fields come within one idle time; the server's own limit on slow bodies is off here.</summary>
    private async ValueTask<(FormHead? Head, Refusal? Refusal)> HeadAsync(FrontCall call, string boundary)
    {
        using var limit = new CancellationTokenSource(front.ClientIdle, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, call.Gone);
        try
        {
            return await FormHead.ReadAsync(call.Http.Request.Body, boundary, call.Http.Request.ContentLength, both.Token);
        }
        catch (Exception e) when (e is (IOException or InvalidDataException) and not BadHttpRequestException)
        {
            return (null, Refusal.BadRequest("The form is broken: " + (e is InvalidDataException ? "its headers are too many or too long." : "it ends in the middle.")));
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !call.Gone.IsCancellationRequested)
        {
            return (null, Refusal.BadRequest("The form's fields did not arrive in time.", StatusCodes.Status408RequestTimeout));
        }
    }
}

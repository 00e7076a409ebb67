using Microsoft.AspNetCore.Http;
using Sluice.AspNetCore.Api;
using Sluice.AspNetCore.Hosting;
using Sluice.AspNetCore.Security;
using Sluice.Errors;

namespace Sluice.AspNetCore.Direct;

/// <summary>PUT of a file under its name, as <c>curl -T</c> does it. Admitted or refused before the first byte is read.</summary>
internal sealed class DirectPut(UploadDoor door, DirectAnswer answer)
{
    public async Task RunAsync(FrontCall call, string name)
    {
        var request = call.Http.Request;
        if (request.ContentLength is not { } length)
        {
            await call.RefuseAsync(Refusal.Of(ErrorCodes.LengthRequired, ErrorCodes.LengthRequired.Meaning + " " + ErrorCodes.LengthRequired.Advice));
            return;
        }

        if (request.Headers.ContainsKey("Content-Range"))
        {
            // RFC 9110: a server that cannot put a range must not take it for the whole.
            await call.RefuseAsync(Refusal.BadRequest("PUT takes whole files. Use tus (POST /files) to send a file in pieces."));
            return;
        }

        var type = request.ContentType;
        var (upload, error) = await door.CreateAsync(call.Http, call.Caller, new NewUpload
        {
            Name = name,
            ContentType = string.IsNullOrEmpty(type) || type == "application/octet-stream" ? null : type,
            Length = length,
            To = Query(request, "target"),
            Caption = Query(request, "caption"),
        });
        if (upload is null)
        {
            await call.RefuseAsync(Refusal.Of(error!));
            return;
        }

        await answer.RunAsync(call, upload, request.Body);
    }

    private static string? Query(HttpRequest request, string name) => request.Query[name] is [{ Length: > 0 } value] ? value : null;
}

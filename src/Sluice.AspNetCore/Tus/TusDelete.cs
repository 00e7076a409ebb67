using Microsoft.AspNetCore.Http;
using Sluice.AspNetCore.Api;
using Sluice.AspNetCore.Hosting;
using Sluice.AspNetCore.Security;
using Sluice.Checkpoints;

namespace Sluice.AspNetCore.Tus;

/// <summary>DELETE: gives an upload up. A done one is told 204 too, as the protocol has it: there is nothing left here to free, and the file in Notion stays.</summary>
internal sealed class TusDelete(UploadFinder finder, PendingBodies pending)
{
    public async Task RunAsync(FrontCall call, string id)
    {
        if (await finder.FindAsync(id, call.Caller, call.Gone) is not { } upload)
        {
            await call.RefuseAsync(Refusal.NotFound());
            return;
        }

        if (upload.IsOver && upload.Record.State != UploadState.Done)
        {
            await call.RefuseAsync(BodyTaker.Gone(upload.Record));
            return;
        }

        pending.End(id);
        await upload.CancelAsync(call.Gone);
        call.Http.Response.StatusCode = StatusCodes.Status204NoContent;
    }
}

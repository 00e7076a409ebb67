using System.Globalization;
using Microsoft.AspNetCore.Http;
using Sluice.AspNetCore.Hosting;
using Sluice.AspNetCore.Security;
using Sluice.AspNetCore.Tus;
using Sluice.Checkpoints;
using Sluice.Errors;

namespace Sluice.AspNetCore.Api;

/// <summary><c>/api/uploads</c>: own uploads, looked at without disturbing them, cancelled, attached later.</summary>
internal sealed class UploadsApi(OwnUploads own, UploadFinder finder, PendingBodies pending, TimeProvider time)
{
    private const int DefaultLimit = 50;

    public async Task ListAsync(FrontCall call)
    {
        var query = call.Http.Request.Query;
        var limit = DefaultLimit;
        if (query["limit"] is [{ } text] && (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit) || limit is < 1 or > OwnUploads.MaxLimit))
        {
            await call.RefuseAsync(Refusal.BadRequest($"limit has to be a number from 1 to {OwnUploads.MaxLimit}."));
            return;
        }

        if (!TryStates(query["state"].ToString(), out var states))
        {
            await call.RefuseAsync(Refusal.BadRequest("state has to be one or more of waiting, staged, transferring, finishing, done, interrupted, failed, expired, cancelled, with commas between them."));
            return;
        }

        if (await own.PageAsync(call.Caller, states, limit, query["cursor"], call.Gone) is not var (views, cursor))
        {
            await call.RefuseAsync(Refusal.BadRequest("cursor has to be the one that the page before gave."));
            return;
        }

        await JsonAnswer.WriteAsync(call.Http, StatusCodes.Status200OK, json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("uploads");
            foreach (var view in views)
            {
                UploadJson.Write(json, view);
            }

            json.WriteEndArray();
            json.WriteString("cursor", cursor);
            json.WriteEndObject();
        });
    }

    public async Task GetAsync(FrontCall call)
    {
        if (await finder.FindAsync(Id(call), call.Caller, call.Gone) is not { } upload)
        {
            await call.RefuseAsync(Refusal.NotFound());
            return;
        }

        await JsonAnswer.WriteAsync(call.Http, StatusCodes.Status200OK, json => UploadJson.Write(json, UploadView.Of(upload, time.GetUtcNow())));
    }

    public async Task DeleteAsync(FrontCall call)
    {
        if (await finder.FindAsync(Id(call), call.Caller, call.Gone) is not { } upload)
        {
            await call.RefuseAsync(Refusal.NotFound());
            return;
        }

        if (upload.IsOver && upload.Record.State == UploadState.Done)
        {
            await call.RefuseAsync(Refusal.BadRequest("The upload is done; the file is in Notion. Remove it there.", StatusCodes.Status409Conflict));
            return;
        }

        pending.End(upload.Record.Id);
        await upload.CancelAsync(call.Gone);
        call.Http.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    public async Task AttachAsync(FrontCall call)
    {
        if (await finder.FindAsync(Id(call), call.Caller, call.Gone) is not { } upload)
        {
            await call.RefuseAsync(Refusal.NotFound());
            return;
        }

        // A link's holder does not choose where files go.
        if (call.Caller.Link is not null)
        {
            await call.RefuseAsync(Refusal.Of(ErrorCodes.Forbidden, "A link's files go where the link says."));
            return;
        }

        var (document, refusal) = await JsonAnswer.ReadAsync(call.Http);
        if (document is null)
        {
            await call.RefuseAsync(refusal!);
            return;
        }

        using (document)
        {
            var root = document.RootElement;
            if (!JsonAnswer.TryText(root, "to", out var to) || !JsonAnswer.TryText(root, "caption", out var caption) || string.IsNullOrWhiteSpace(to))
            {
                await call.RefuseAsync(Refusal.BadRequest("Send {\"to\": \"page:<id or url>\"}, and \"caption\" where one is wanted, both texts."));
                return;
            }

            if (!UploadTarget.TryParse(to, out _, out var problem))
            {
                await call.RefuseAsync(Refusal.BadRequest(problem));
                return;
            }

            if (await upload.AttachAsync(to, caption, call.Gone) is { } error)
            {
                await call.RefuseAsync(Refusal.Of(error));
                return;
            }
        }

        await JsonAnswer.WriteAsync(call.Http, StatusCodes.Status200OK, json => UploadJson.Write(json, UploadView.Of(upload, time.GetUtcNow())));
    }

    private static string Id(FrontCall call) => call.Http.Request.RouteValues["id"] as string ?? "";

    private static bool TryStates(string text, out IReadOnlyList<UploadState>? states)
    {
        states = null;
        if (text.Length == 0)
        {
            return true;
        }

        var all = Enum.GetValues<UploadState>();
        var found = new List<UploadState>();
        foreach (var name in text.Split(',', StringSplitOptions.TrimEntries))
        {
            var index = Array.FindIndex(all, state => UploadView.StateName(state) == name);
            if (index < 0)
            {
                return false;
            }

            found.Add(all[index]);
        }

        states = found;
        return true;
    }
}

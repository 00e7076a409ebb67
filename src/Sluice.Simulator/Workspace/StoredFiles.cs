using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Sluice.Simulator.Faults;
using Sluice.Simulator.State;
using Sluice.Simulator.Uploads;

namespace Sluice.Simulator.Workspace;

/// <summary>Serves stored files behind signed addresses: GET with ranges only, errors in the storage's XML.</summary>
internal sealed class StoredFiles(SimulatorState state)
{
    public async Task ServeAsync(HttpContext context, string path)
    {
        SimulatedUpload? upload;
        FaultAction? fault;
        string? refused;
        SimulatedPart[] parts;
        lock (state.Lock)
        {
            var id = Signer.ObjectOf(path);
            upload = state.Uploads.Values.FirstOrDefault(u => u.ObjectId == id);
            refused = upload is null || context.Request.Method != "GET"
                ? "The request signature we calculated does not match the signature you provided."
                : state.Signer.Refuse(upload.ObjectId, context.Request.Query, state.Now);
            parts = upload is null ? [] : [.. upload.Parts.Values];
            fault = refused is null ? state.Faults.Counted(state.Faults.Script.Find(new FaultSubject("file", upload, upload!.FileName, null))) : null;
        }

        if (fault?.Delay > TimeSpan.Zero)
        {
            await Task.Delay(fault.Delay, state.Options.Time, context.RequestAborted);
        }

        if (refused is not null || upload is null)
        {
            await RefuseAsync(context, 403, "AccessDenied", refused!);
        }
        else if (fault is { Status: > 0 })
        {
            await RefuseAsync(context, fault.Status, "InternalError", "We encountered an internal error. Please try again.");
        }
        else if (parts.Any(p => p.File is null))
        {
            await RefuseAsync(context, 410, "BytesNotKept",
                $"The simulator keeps digests only and has not kept this file. Start it with --store DIR to read files back. What it received: /_sim/uploads/{upload.Id}");
        }
        else
        {
            await SendAsync(context, upload, parts, fault?.ResetAfter);
        }
    }

    private static async Task SendAsync(HttpContext context, SimulatedUpload upload, SimulatedPart[] parts, long? resetAfter)
    {
        var length = parts.Sum(p => p.Length);
        var response = context.Response;
        response.Headers.AcceptRanges = "bytes";
        response.Headers.ETag = $"\"{upload.ObjectId.Replace("-", "", StringComparison.Ordinal)}\"";
        var (from, to) = (0L, length - 1);
        if (Range(context.Request.Headers.Range.ToString(), length) is { } range)
        {
            if (range.From >= length || range.To < range.From)
            {
                response.Headers.ContentRange = $"bytes */{length}";
                await RefuseAsync(context, 416, "InvalidRange", "The requested range is not satisfiable");
                return;
            }

            (from, to) = range;
            response.StatusCode = (int)HttpStatusCode.PartialContent;
            response.Headers.ContentRange = $"bytes {from}-{to}/{length}";
        }

        response.ContentType = upload.ContentType ?? "application/octet-stream";
        response.ContentLength = to - from + 1;
        var end = resetAfter is { } limit ? Math.Min(to + 1, from + limit) : to + 1;
        var offset = 0L;
        foreach (var part in parts)
        {
            var begin = Math.Max(0, from - offset);
            var count = Math.Min(part.Length, end - offset) - begin;
            if (count > 0)
            {
                await response.SendFileAsync(part.File!, begin, count, context.RequestAborted);
            }

            offset += part.Length;
        }

        if (end <= to)
        {
            await response.Body.FlushAsync(context.RequestAborted);
            context.Abort();
        }
    }

    /// <summary>One range of bytes; null: none was asked for, or several, or none that can be read, and the whole file is sent.</summary>
    private static (long From, long To)? Range(string header, long length)
    {
        if (!RangeHeaderValue.TryParse(header, out var parsed) || !parsed.Unit.Equals("bytes", StringComparison.OrdinalIgnoreCase) || parsed.Ranges.Count != 1)
        {
            return null;
        }

        var range = parsed.Ranges.First();
        return range.From is { } from ? (from, Math.Min(range.To ?? length - 1, length - 1))
            : range.To == 0 ? (length, length)
            : (Math.Max(0, length - range.To!.Value), length - 1);
    }

    private static Task RefuseAsync(HttpContext context, int status, string code, string message)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/xml";
        return context.Request.Method == "HEAD"
            ? Task.CompletedTask
            : context.Response.WriteAsync($"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{code}</Code><Message>{message}</Message></Error>", context.RequestAborted);
    }
}

using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Sluice.Simulator;

/// <summary>Serves stored files behind addresses that look signed and end after an hour; GET with ranges only, as the real ones.</summary>
internal sealed class StoredFiles(SimulatorState state)
{
    public async Task ServeAsync(HttpContext context, string path)
    {
        var id = path.Split('/', StringSplitOptions.RemoveEmptyEntries)[1];
        SimulatedPart[] parts;
        string? type;
        lock (state.Lock)
        {
            var upload = state.Find(id, null);
            var until = long.TryParse(context.Request.Query["X-Amz-Until"], CultureInfo.InvariantCulture, out var u) ? u : 0;
            var allowed = upload is { Status: "uploaded" } && context.Request.Query["X-Amz-Signature"] == id[..8] && state.Now.ToUnixTimeSeconds() < until;
            if (!allowed || context.Request.Method != "GET")
            {
                context.Response.StatusCode = 403;
                return;
            }

            parts = [.. upload!.Parts.Values];
            type = upload.ContentType;
        }

        var length = parts.Sum(p => p.Length);
        var (from, to) = (0L, length - 1);
        var range = context.Request.Headers.Range.ToString();
        if (range.StartsWith("bytes=", StringComparison.Ordinal) && range[6..].Split('-') is [var first, var last] && long.TryParse(first, CultureInfo.InvariantCulture, out from))
        {
            to = long.TryParse(last, CultureInfo.InvariantCulture, out var end) ? Math.Min(end, length - 1) : length - 1;
            if (from >= length)
            {
                context.Response.StatusCode = 416;
                return;
            }

            context.Response.StatusCode = 206;
            context.Response.Headers.ContentRange = $"bytes {from}-{to}/{length}";
        }

        context.Response.ContentType = type ?? "application/octet-stream";
        context.Response.Headers.AcceptRanges = "bytes";
        context.Response.Headers.ETag = $"\"{id}\"";
        context.Response.ContentLength = to - from + 1;
        var offset = 0L;
        foreach (var part in parts)
        {
            var begin = Math.Max(0, from - offset);
            var count = Math.Min(part.Length, to + 1 - offset) - begin;
            if (count > 0)
            {
                await context.Response.SendFileAsync(part.File, begin, count, context.RequestAborted);
            }

            offset += part.Length;
        }
    }
}

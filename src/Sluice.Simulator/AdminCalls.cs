using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Sluice.Simulator;

/// <summary>The simulator's own API under <c>/_sim</c>, for loopback only and without authentication (docs/simulator.md).</summary>
internal sealed class AdminCalls(SimulatorState state)
{
    public async Task HandleAsync(HttpContext context, string path)
    {
        if (context.Connection.RemoteIpAddress is not { } from || !IPAddress.IsLoopback(from))
        {
            context.Response.StatusCode = 403;
            return;
        }

        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync(context.RequestAborted);
        JsonNode? answer;
        try
        {
            answer = Answer(context.Request.Method, path, body);
        }
        catch (Exception e) when (e is FormatException or System.Text.Json.JsonException or InvalidOperationException)
        {
            context.Response.StatusCode = 400;
            answer = new JsonObject { ["error"] = e.Message };
        }

        if (answer is null)
        {
            context.Response.StatusCode = 404;
            answer = new JsonObject { ["error"] = $"There is no {context.Request.Method} {path}; docs/simulator.md lists what there is." };
        }

        context.Response.ContentType = "application/json; charset=utf-8";
        await context.Response.WriteAsync(answer.ToJsonString(), context.RequestAborted);
    }

    private JsonNode? Answer(string method, string path, string body)
    {
        lock (state.Lock)
        {
            switch (method, path)
            {
                case ("GET", "/_sim/stats"):
                    return Stats();
                case ("GET", "/_sim/uploads"):
                    return new JsonArray([.. state.Uploads.Values.Select(u => (JsonNode)Describe(u, digest: false))]);
                case ("PUT", "/_sim/profile"):
                    var name = body.Trim().StartsWith('{') ? JsonNode.Parse(body)?["profile"]?.GetValue<string>() : body.Trim().Trim('"');
                    state.Profile = FaultProfile.Names.Contains(name!) ? name! : throw new FormatException($"Profiles are {string.Join(", ", FaultProfile.Names)}.");
                    state.FirstSend = null;
                    return Stats();
                case ("PUT", "/_sim/faults"):
                    state.Script = FaultScript.Parse(body);
                    return Stats();
                case ("POST", "/_sim/clock"):
                    state.Clock.Advance(Duration(JsonNode.Parse(body)?["advance"]?.GetValue<string>() ?? ""));
                    return new JsonObject { ["now"] = NotionJson.Time(state.Now) };
                case ("POST", "/_sim/reset"):
                    state.Reset();
                    return Stats();
                default:
                    return method == "GET" && path.StartsWith("/_sim/uploads/", StringComparison.Ordinal) && state.Find(WorkspaceCalls.Dashed(path["/_sim/uploads/".Length..]), null) is { } upload
                        ? Describe(upload, digest: true)
                        : null;
            }
        }
    }

    private JsonObject Stats() => new()
    {
        ["requests"] = state.Requests,
        ["answers"] = Counts(state.Answers),
        ["faults"] = Counts(state.Faults),
        ["body_bytes"] = state.BodyBytes,
        ["rate_refusals"] = state.RateRefusals,
        ["most_requests_in_a_minute"] = state.MostInAMinute,
        ["uploads"] = state.Uploads.Count,
        ["attachments"] = state.Uploads.Values.Sum(u => u.Attachments.Count),
        ["profile"] = state.Profile,
        ["now"] = NotionJson.Time(state.Now),
    };

    private static JsonObject Counts(IEnumerable<KeyValuePair<string, long>> counts)
    {
        var json = new JsonObject();
        foreach (var (name, count) in counts)
        {
            json[name] = count;
        }

        return json;
    }

    private static JsonObject Describe(SimulatedUpload upload, bool digest)
    {
        var json = new JsonObject
        {
            ["id"] = upload.Id,
            ["ordinal"] = upload.Ordinal,
            ["filename"] = upload.FileName,
            ["content_type"] = upload.ContentType,
            ["status"] = upload.Status,
            ["length"] = upload.Length,
            ["parts_total"] = upload.PartsTotal,
            ["parts_sent"] = upload.Parts.Count,
            ["sends"] = upload.Sends.Values.Sum(),
            ["attachments"] = new JsonArray([.. upload.Attachments.Select(a => (JsonNode)new JsonObject { ["page_id"] = a.PageId, ["block_id"] = a.BlockId, ["property"] = a.Property })]),
        };
        if (digest)
        {
            json["sha256"] = SimulatorServer.WholeDigest(upload);
            json["parts"] = new JsonArray([.. upload.Parts.Values.Select(p => (JsonNode)new JsonObject
            {
                ["number"] = p.Number, ["length"] = p.Length, ["sha256"] = p.Sha256, ["sends"] = upload.Sends.GetValueOrDefault(p.Number),
            })]);
        }

        return json;
    }

    private static TimeSpan Duration(string text)
    {
        var unit = text.Length > 1 ? text[^1] : ' ';
        return double.TryParse(text.AsSpan(0, Math.Max(0, text.Length - 1)), CultureInfo.InvariantCulture, out var value) && unit is 's' or 'm' or 'h'
            ? unit switch { 's' => TimeSpan.FromSeconds(value), 'm' => TimeSpan.FromMinutes(value), _ => TimeSpan.FromHours(value) }
            : throw new FormatException("Write {\"advance\":\"61m\"} with s, m or h.");
    }
}

using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Sluice.Simulator.Faults;
using Sluice.Simulator.Serving;
using Sluice.Simulator.State;
using Sluice.Simulator.Uploads;
using Sluice.Simulator.Workspace;

namespace Sluice.Simulator.Admin;

/// <summary>The simulator's own API under <c>/_sim</c>, for loopback only and without authentication (docs/simulator.md).</summary>
internal sealed class AdminCalls(SimulatorState state)
{
    private const int MaxBody = 4 << 20;

    public async Task HandleAsync(HttpContext context, string path)
    {
        var (status, answer) = (200, (JsonNode?)null);
        if (context.Connection.RemoteIpAddress is not { } from || !IPAddress.IsLoopback(from))
        {
            (status, answer) = (403, Error("The simulator's own API answers on loopback only."));
        }
        else
        {
            try
            {
                answer = await AnswerAsync(context, path);
            }
            catch (FormatException e)
            {
                (status, answer) = (400, Error(e.Message));
            }
        }

        if (answer is null)
        {
            (status, answer) = (404, Error($"There is no {context.Request.Method} {path}; docs/simulator.md lists what there is."));
        }

        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json; charset=utf-8";
        await context.Response.WriteAsync(JsonText.Write(answer), context.RequestAborted);
    }

    private async Task<JsonNode?> AnswerAsync(HttpContext context, string path)
    {
        if (context.Request.Method == "GET" && path.StartsWith("/_sim/uploads/", StringComparison.Ordinal))
        {
            return await UploadAsync(path["/_sim/uploads/".Length..], context.RequestAborted);
        }

        var body = await BodyAsync(context);
        lock (state.Lock)
        {
            switch (context.Request.Method, path)
            {
                case ("GET", "/_sim/stats"):
                    return AdminJson.Stats(state);
                case ("GET", "/_sim/uploads"):
                    return new JsonArray([.. state.Uploads.Values.Select(state.Look).Select(u => (JsonNode)AdminJson.Upload(u))]);
                case ("PUT", "/_sim/profile"):
                    state.Faults.Use(Profile(body));
                    return AdminJson.Stats(state);
                case ("GET", "/_sim/faults"):
                    return AdminJson.Faults(state);
                case ("PUT", "/_sim/faults"):
                    var (rules, switches) = ScriptReader.Read(body, state.Switches);
                    (state.Faults.Script, state.Switches) = (rules ?? state.Faults.Script, switches);
                    return AdminJson.Faults(state);
                case ("POST", "/_sim/clock"):
                    state.Clock.Advance(AdminText.Duration(Field(body, "advance") ?? body));
                    return new JsonObject { ["now"] = NotionJson.Time(state.Now) };
                case ("POST", "/_sim/reset"):
                    state.Reset();
                    return AdminJson.Stats(state);
                default:
                    return null;
            }
        }
    }

    /// <summary>One upload; where it is complete, its digest is waited for.</summary>
    private async Task<JsonNode?> UploadAsync(string id, CancellationToken cancellationToken)
    {
        SimulatedUpload? upload;
        lock (state.Lock)
        {
            upload = state.Find(Routes.Dashed(id) ?? "", null);
        }

        if (upload is { Status: "uploaded" })
        {
            await upload.Whole!.FinishAsync(cancellationToken);
        }

        lock (state.Lock)
        {
            return upload is null ? null : AdminJson.UploadWithParts(upload);
        }
    }

    private static async Task<string> BodyAsync(HttpContext context)
    {
        using var buffer = new MemoryStream();
        var piece = new byte[16 << 10];
        int read;
        while ((read = await context.Request.Body.ReadAsync(piece, context.RequestAborted)) > 0)
        {
            if (buffer.Length + read > MaxBody)
            {
                throw new FormatException("The body is larger than 4 MiB.");
            }

            buffer.Write(piece, 0, read);
        }

        return System.Text.Encoding.UTF8.GetString(buffer.ToArray()).Trim();
    }

    private static string Profile(string body)
    {
        var name = Field(body, "profile") ?? body.Trim('"');
        return FaultProfile.Names.Contains(name) ? name : throw new FormatException($"There is no profile '{name}'; the profiles are {string.Join(", ", FaultProfile.Names)}.");
    }

    /// <summary>A field of a body that is an object; null: the body is a bare word.</summary>
    private static string? Field(string body, string name)
    {
        if (!body.StartsWith('{'))
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(body);
            return new ScriptObject(document.RootElement, "The body", name).Text(name) ?? throw new FormatException($"The body has no '{name}'.");
        }
        catch (JsonException e)
        {
            throw new FormatException($"The body is not JSON: {e.Message}", e);
        }
    }

    private static JsonObject Error(string sentence) => new() { ["error"] = sentence };
}

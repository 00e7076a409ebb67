using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Sluice.Simulator.Admin;
using Sluice.Simulator.Faults;
using Sluice.Simulator.State;
using Sluice.Simulator.Uploads;
using Sluice.Simulator.Workspace;

namespace Sluice.Simulator.Serving;

/// <summary>
/// Serves one request: (1) admin and stored files aside, who asks; (2) the budget; (3) what is asked for, and in which version;
/// (4) the body; (5) what goes wrong with it; (6) the work and the answer, or none.
/// </summary>
internal sealed class SimulatorServer(SimulatorState state, string folder, Func<Uri> address)
{
    private readonly Responder _responder = new(state);

    public Task HandleAsync(HttpContext context) => state.Running.RunAsync(async () =>
    {
        var path = context.Request.Path.Value ?? "/";
        try
        {
            await (path switch
            {
                _ when path.StartsWith("/_sim/", StringComparison.Ordinal) => new AdminCalls(state).HandleAsync(context, path),
                _ when path.StartsWith("/files/", StringComparison.Ordinal) => new StoredFiles(state).ServeAsync(context, context.Request.Path.ToUriComponent()),
                _ => ServeAsync(context, path),
            });
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or BadHttpRequestException)
        {
            // The client left, or sent what is not HTTP; there is nobody to answer to.
            context.Abort();
        }
    });

    private async Task ServeAsync(HttpContext context, string path)
    {
        // 1. Who asks.
        var request = context.Request;
        var token = request.Headers.Authorization.ToString();
        token = token.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? token[7..].Trim() : "";
        if (token.Length == 0 || token.StartsWith("bad", StringComparison.OrdinalIgnoreCase))
        {
            await _responder.WriteAsync(context, "auth", SimulatorAnswer.Error(401, "unauthorized", "API token is invalid."));
            return;
        }

        // 2. The budget. 3. What is asked for.
        var version = request.Headers["Notion-Version"].ToString();
        var (endpoint, given) = Routes.Find(request.Method, path, version);
        var id = given is { Length: > 0 } ? Routes.Dashed(given) : "";
        SimulatorAnswer? refused;
        DateTimeOffset now;
        lock (state.Lock)
        {
            now = state.Now;
            refused = state.Admit(token) ?? ApiVersions.Refuse(version)
                ?? (id is null ? SimulatorAnswer.Invalid($"path failed validation: path.id should be a valid uuid, instead was `\"{given}\"`.") : null);
        }

        var call = new SimulatedCall(context, token, version, endpoint, id ?? "", now);
        var time = new RequestTime(state, now);
        if (refused is not null)
        {
            await _responder.AnswerAsync(call, time, refused, TimeSpan.Zero);
        }
        else if (endpoint == "send")
        {
            await new SendCall(state, _responder, folder, address()).HandleAsync(call, time);
        }
        else
        {
            await ServeJsonAsync(call, time);
        }
    }

    private async Task ServeJsonAsync(SimulatedCall call, RequestTime time)
    {
        // 4. The body. Complete takes whatever comes with it, and so does what has no body.
        var (body, refused) = await RequestBody.ReadAsync(call.Context.Request.Body, state, call.Left);
        if (call.Context.Request.Method == "GET" || call.Endpoint is "complete" or "block_delete")
        {
            (body, refused) = ([], null);
        }

        time.BodyIsRead();
        refused ??= time.IsOver ? SimulatorAnswer.TimedOut() : null;
        if (refused is not null)
        {
            await _responder.AnswerAsync(call, time, refused, TimeSpan.Zero);
            return;
        }

        // 5. What goes wrong.
        FaultAction? fault;
        lock (state.Lock)
        {
            var upload = Subject(call, body);
            var name = body["filename"] is JsonValue value && value.TryGetValue<string>(out var text) ? text : upload?.FileName;
            fault = state.Faults.ForCall(new FaultSubject(call.Endpoint, upload, name, null));
            if (fault is { Forget: true } && upload is not null)
            {
                SimulatorState.Forget(upload);
            }
        }

        // 6. The work and the answer.
        await _responder.CarryOutAsync(call, time, fault, () => new CallTable(state, address()).Work(call, body));
    }

    /// <summary>The upload a call is about: the one in its path, or the last one that its body attaches.</summary>
    private SimulatedUpload? Subject(SimulatedCall call, JsonObject body)
    {
        var id = call.Endpoint is "complete" or "retrieve" ? call.Id : AttachedIn(body) is { } attached ? Routes.Dashed(attached) : null;
        return id is null ? null : state.Find(id, call.Token);
    }

    private static string? AttachedIn(JsonNode? node) => node switch
    {
        JsonObject o when o["file_upload"] is JsonObject file && file["id"] is JsonValue id && id.TryGetValue<string>(out var text) => text,
        JsonObject o => o.Select(p => AttachedIn(p.Value)).LastOrDefault(found => found is not null),
        JsonArray a => a.Select(AttachedIn).LastOrDefault(found => found is not null),
        _ => null,
    };
}

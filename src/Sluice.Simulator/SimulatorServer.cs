using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Sluice.Simulator;

/// <summary>
/// Serves one request: (1) admin and stored files aside, token and version; (2) the budget; (3) what goes wrong with it;
/// (4) the work; (5) the answer, or none.
/// </summary>
internal sealed class SimulatorServer(SimulatorState state, string folder, Func<Uri> address)
{
    private static readonly string[] Versions = ["2021-05-13", "2021-08-16", "2022-02-22", "2022-06-28", "2025-09-03", "2026-03-11"];

    public async Task HandleAsync(HttpContext context)
    {
        var path = context.Request.Path.Value ?? "/";
        try
        {
            if (path.StartsWith("/_sim/", StringComparison.Ordinal))
            {
                await new AdminCalls(state).HandleAsync(context, path);
            }
            else if (path.StartsWith("/files/", StringComparison.Ordinal))
            {
                await new StoredFiles(state).ServeAsync(context, path);
            }
            else
            {
                await ServeAsync(context, path);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or BadHttpRequestException && context.RequestAborted.IsCancellationRequested)
        {
            // The client left.
            context.Abort();
        }
    }

    private async Task ServeAsync(HttpContext context, string path)
    {
        // 1. Who, and which version.
        var request = context.Request;
        var token = request.Headers.Authorization.ToString();
        token = token.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? token[7..].Trim() : "";
        if (token.Length == 0 || token.StartsWith("bad", StringComparison.OrdinalIgnoreCase))
        {
            await AnswerAsync(context, "auth", SimulatorAnswer.Error(401, "unauthorized", "API token is invalid."), TimeSpan.Zero);
            return;
        }

        var version = request.Headers["Notion-Version"].ToString();
        if (!Versions.Contains(version))
        {
            await AnswerAsync(context, "version", version.Length == 0
                ? SimulatorAnswer.Error(400, "missing_version", "Notion-Version header failed validation: Notion-Version header should be defined, instead was undefined.")
                : SimulatorAnswer.Invalid("Notion-Version header failed validation."), TimeSpan.Zero);
            return;
        }

        var segments = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var (endpoint, id) = Route(request.Method, segments);

        // 2. The budget.
        SimulatorAnswer? refused;
        SimulatedUpload? upload;
        lock (state.Lock)
        {
            refused = state.Admit(token);
            upload = id is not null && endpoint is "send" or "complete" or "retrieve" ? state.Find(WorkspaceCalls.Dashed(id ?? ""), token) : null;
        }

        if (refused is not null)
        {
            await AnswerAsync(context, endpoint, refused, TimeSpan.Zero);
            return;
        }

        if (endpoint == "send")
        {
            await SendAsync(context, token, version, id!, upload);
            return;
        }

        // 3. What goes wrong.
        var body = await BodyAsync(context);
        if (body is null)
        {
            await AnswerAsync(context, endpoint, SimulatorAnswer.Error(400, "invalid_json", "Error parsing JSON body."), TimeSpan.Zero);
            return;
        }

        FaultAction? fault;
        lock (state.Lock)
        {
            upload ??= AttachedIn(body) is { } attached ? state.Find(WorkspaceCalls.Dashed(attached), token) : null;
            fault = state.Fault(endpoint, upload, endpoint == "create" ? $"{token}/{body["filename"]}" : path, null);
            if (fault is { Forget: true } && upload is not null)
            {
                SimulatorState.Forget(upload);
            }
        }

        await CarryOutAsync(context, endpoint, fault, () => Work(token, version, endpoint, id, body, request));
    }

    /// <summary>The work of every call but send, under the lock.</summary>
    private SimulatorAnswer Work(string token, string version, string endpoint, string? id, JsonObject body, HttpRequest request)
    {
        var uploads = new UploadCalls(state, address());
        var workspace = new WorkspaceCalls(state, address());
        var query = request.Query;
        var size = int.TryParse(query["page_size"], CultureInfo.InvariantCulture, out var s) ? Math.Clamp(s, 1, 100) : 100;
        var cursor = query["start_cursor"].FirstOrDefault();
        var upload = id is null ? null : state.Find(WorkspaceCalls.Dashed(id), token);
        return endpoint switch
        {
            "create" => uploads.Create(token, version, body),
            "complete" => upload is null ? SimulatorAnswer.NotFound("file_upload", id!) : uploads.Complete(upload, version),
            "retrieve" => upload is null ? SimulatorAnswer.NotFound("file_upload", id!) : SimulatorAnswer.Ok(NotionJson.Upload(upload, address(), version)),
            "list" => uploads.List(token, version, query["status"].FirstOrDefault(), cursor, size),
            "users_me" => Me(token),
            "append" => workspace.Append(token, version, id!, body),
            "children" => workspace.Children(id!, cursor, size),
            "block" => workspace.Block(id!),
            "page" => workspace.Page(id!),
            "page_update" => workspace.UpdatePage(token, id!, body),
            "page_create" => workspace.CreatePage(token, body),
            "database" => WorkspaceCalls.Database(id!),
            "data_source" => WorkspaceCalls.DataSource(id!),
            "query" => workspace.Query(id!, body),
            "search" => workspace.Search(body),
            _ => SimulatorAnswer.Error(400, "invalid_request_url", "Invalid request URL."),
        };
    }

    private async Task SendAsync(HttpContext context, string token, string version, string id, SimulatedUpload? upload)
    {
        // The part number is the form's last field, known only when the body was read: a profile draws by the how manieth send of
        // the upload it is, and a script's rules for a part act after the body.
        FaultAction? fault;
        SimulatorAnswer? refused;
        lock (state.Lock)
        {
            state.FirstSend ??= state.Now;
            refused = upload is null ? SimulatorAnswer.NotFound("file_upload", id) : UploadCalls.RefuseSend(upload);
            fault = state.Profile is "flaky" or "rough" or "outage" ? state.Fault("send", upload, id, null) : null;
        }

        if (refused is not null)
        {
            await AnswerAsync(context, "send", refused, TimeSpan.Zero);
            return;
        }

        if (fault?.RefuseAfter is { } early)
        {
            await ReadSomeAsync(context, early);
            await AnswerAsync(context, "send", Error(fault), TimeSpan.Zero, close: true);
            return;
        }

        if (fault is { ResetAfter: { } reset, Kept: false })
        {
            await ReadSomeAsync(context, reset);
            context.Abort();
            return;
        }

        ReceivedForm form;
        try
        {
            form = await FormReader.ReadAsync(new CountedStream(context.Request.Body, state), context.Request.ContentType ?? "", folder, context.RequestAborted);
        }
        catch (Exception e) when (e is InvalidDataException or FormatException)
        {
            await AnswerAsync(context, "send", SimulatorAnswer.Invalid("The request's body is not valid multipart/form-data."), TimeSpan.Zero);
            return;
        }

        using (form)
        {
            var number = int.TryParse(form.PartNumber, CultureInfo.InvariantCulture, out var n) ? n : (int?)null;
            lock (state.Lock)
            {
                fault ??= state.Script?.Find("send", number, upload);
                if (fault is { Forget: true })
                {
                    SimulatorState.Forget(upload!);
                }
            }

            await CarryOutAsync(context, "send", fault, () => new UploadCalls(state, address()).Send(upload!, version, form));
        }
    }

    private async Task CarryOutAsync(HttpContext context, string endpoint, FaultAction? fault, Func<SimulatorAnswer> work)
    {
        // 4. The work, unless it is prevented.
        var prevented = fault is { Kept: false } && (fault.Status > 0 || fault.ResetAfter is not null || fault.Hang);
        SimulatorAnswer? done = null;
        if (!prevented)
        {
            lock (state.Lock)
            {
                done = work();
            }
        }

        // 5. The answer.
        if (fault?.Hang == true)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, state.Options.Time, context.RequestAborted);
        }
        else if (fault?.ResetAfter is not null)
        {
            context.Abort();
        }
        else
        {
            var answer = fault is { Status: > 0 } && done is null or { Status: 200 } && fault?.Status > 0 ? Error(fault, done) : done!;
            await AnswerAsync(context, endpoint, answer, fault?.Delay ?? TimeSpan.Zero, html: fault?.Html ?? false);
        }
    }

    private static SimulatorAnswer Error(FaultAction fault, SimulatorAnswer? saved = null)
    {
        var answer = fault.Status switch
        {
            429 => SimulatorAnswer.TooMany(fault.RetryAfter ?? 1, fault.Reason) with { RetryAfter = fault.RetryAfter },
            401 => SimulatorAnswer.Error(401, "unauthorized", "API token is invalid."),
            413 => SimulatorAnswer.Error(413, "request_entity_too_large", "The request's body is too large."),
            var status => SimulatorAnswer.Server(status) with { RetryAfter = fault.RetryAfter },
        };
        if (fault.Guidance && saved?.Body["results"] is JsonArray made)
        {
            answer.Body["additional_data"] = new JsonObject
            {
                ["retry_guidance"] = new JsonArray("The write was saved. Read the object again and do not repeat the write."),
                ["committed_child_ids"] = new JsonArray([.. made.Select(m => (JsonNode)m!["id"]!.GetValue<string>())]),
            };
        }

        return answer;
    }

    private async Task AnswerAsync(HttpContext context, string endpoint, SimulatorAnswer answer, TimeSpan delay, bool close = false, bool html = false)
    {
        var wait = delay + state.Options.Latency;
        if (wait > TimeSpan.Zero)
        {
            await Task.Delay(wait, state.Options.Time, context.RequestAborted);
        }

        string id;
        lock (state.Lock)
        {
            var key = $"{endpoint} {answer.Status}";
            state.Answers[key] = state.Answers.GetValueOrDefault(key) + 1;
            id = state.NewId();
        }

        var response = context.Response;
        response.StatusCode = answer.Status;
        response.Headers["cf-ray"] = id[..16];
        if (answer.RetryAfter is { } seconds)
        {
            response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        if (close)
        {
            response.Headers.Connection = "close";
        }

        string text;
        if (html)
        {
            response.ContentType = "text/html; charset=UTF-8";
            text = $"<html><head><title>{answer.Status}</title></head><body>Ray ID: {id[..16]}</body></html>";
        }
        else
        {
            answer.Body["request_id"] = id;
            response.Headers["x-notion-request-id"] = id;
            response.ContentType = "application/json; charset=utf-8";
            text = answer.Body.ToJsonString();
        }

        await response.WriteAsync(text, context.RequestAborted);
        await response.CompleteAsync();
        if (close)
        {
            context.Abort();
        }
    }

    private async Task ReadSomeAsync(HttpContext context, long bytes)
    {
        var buffer = new byte[8192];
        var body = new CountedStream(context.Request.Body, state);
        for (var left = bytes; left > 0;)
        {
            var read = await body.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, left)), context.RequestAborted);
            if (read == 0)
            {
                return;
            }

            left -= read;
        }
    }

    private static async Task<JsonObject?> BodyAsync(HttpContext context)
    {
        using var buffer = new MemoryStream();
        await context.Request.Body.CopyToAsync(buffer, context.RequestAborted);
        if (buffer.Length == 0)
        {
            return [];
        }

        try
        {
            return JsonNode.Parse(buffer.ToArray()) as JsonObject;
        }
        catch (System.Text.Json.JsonException)
        {
            return null;
        }
    }

    private SimulatorAnswer Me(string token) => SimulatorAnswer.Ok(new JsonObject
    {
        ["object"] = "user",
        ["id"] = NotionJson.BotId(token),
        ["name"] = "Simulated connection",
        ["avatar_url"] = null,
        ["type"] = "bot",
        ["bot"] = new JsonObject
        {
            ["owner"] = new JsonObject { ["type"] = "workspace", ["workspace"] = true },
            ["workspace_name"] = "Simulated workspace",
            ["workspace_id"] = "00000000-0000-4000-8000-000000000000",
            ["workspace_limits"] = new JsonObject { ["max_file_upload_size_in_bytes"] = state.MaxFileSize },
        },
    });

    /// <summary>The upload a write attaches, for faults aimed at it.</summary>
    private static string? AttachedIn(JsonNode? node) => node switch
    {
        JsonObject o when o["file_upload"]?["id"] is JsonValue id => id.GetValue<string>(),
        JsonObject o => o.Select(p => AttachedIn(p.Value)).FirstOrDefault(found => found is not null),
        JsonArray a => a.Select(AttachedIn).LastOrDefault(found => found is not null),
        _ => null,
    };

    private static (string Endpoint, string? Id) Route(string method, string[] path) => (method, path) switch
    {
        ("POST", ["v1", "file_uploads"]) => ("create", null),
        ("GET", ["v1", "file_uploads"]) => ("list", null),
        ("POST", ["v1", "file_uploads", var id, "send"]) => ("send", id),
        ("POST", ["v1", "file_uploads", var id, "complete"]) => ("complete", id),
        ("GET", ["v1", "file_uploads", var id]) => ("retrieve", id),
        ("GET", ["v1", "users", "me"]) => ("users_me", null),
        ("PATCH", ["v1", "blocks", var id, "children"]) => ("append", id),
        ("GET", ["v1", "blocks", var id, "children"]) => ("children", id),
        ("GET", ["v1", "blocks", var id]) => ("block", id),
        ("POST", ["v1", "pages"]) => ("page_create", null),
        ("PATCH", ["v1", "pages", var id]) => ("page_update", id),
        ("GET", ["v1", "pages", var id]) => ("page", id),
        ("GET", ["v1", "databases", var id]) => ("database", id),
        ("GET", ["v1", "data_sources", var id]) => ("data_source", id),
        ("POST", ["v1", "data_sources", var id, "query"]) => ("query", id),
        ("POST", ["v1", "search"]) => ("search", null),
        _ => ("unknown", null),
    };

    /// <summary>Digest of a whole upload, made from its parts on disk when somebody asks.</summary>
    public static string? WholeDigest(SimulatedUpload upload)
    {
        if (upload.WholeSha256 is null && upload.Parts.Count > 0 && upload.Parts.Values.All(p => File.Exists(p.File)))
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            var buffer = new byte[1 << 20];
            foreach (var part in upload.Parts.Values)
            {
                using var file = File.OpenRead(part.File);
                int read;
                while ((read = file.Read(buffer)) > 0)
                {
                    hash.AppendData(buffer, 0, read);
                }
            }

            upload.WholeSha256 = Convert.ToHexStringLower(hash.GetHashAndReset());
        }

        return upload.WholeSha256;
    }
}

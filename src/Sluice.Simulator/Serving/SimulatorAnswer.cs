using System.Globalization;
using System.Text.Json.Nodes;
using Sluice.Simulator.Faults;

namespace Sluice.Simulator.Serving;

/// <summary>An answer before it is written.</summary>
internal sealed record SimulatorAnswer(int Status, JsonObject Body)
{
    /// <summary>Seconds of a Retry-After header.</summary>
    public int? RetryAfter { get; init; }

    /// <summary>What a write made, for an answer that says so while it fails; ids in request order.</summary>
    public IReadOnlyList<string> MadeChildren { get; init; } = [];

    /// <summary>The page a write made, or the parent of the blocks it made.</summary>
    public string? Made { get; init; }

    public static SimulatorAnswer Ok(JsonObject body) => new(200, body);

    /// <summary>An error in Notion's shape.</summary>
    public static SimulatorAnswer Error(int status, string code, string message, JsonObject? additional = null)
    {
        var body = new JsonObject { ["object"] = "error", ["status"] = status, ["code"] = code, ["message"] = message };
        if (additional is not null)
        {
            body["additional_data"] = additional;
        }

        return new SimulatorAnswer(status, body);
    }

    public static SimulatorAnswer Invalid(string message) => Error(400, "validation_error", message);

    public static SimulatorAnswer NotFound(string what, string id) => Error(404, "object_not_found",
        $"Could not find {what} with ID: {id}. Make sure the relevant pages and databases are shared with your integration.");

    public static SimulatorAnswer TooMany(int seconds, string reason) =>
        Error(429, "rate_limited", "You have been rate limited. Please try again later.", new JsonObject
        {
            ["rate_limit_reason"] = reason,
            ["retry_after"] = seconds.ToString(CultureInfo.InvariantCulture),
        }) with
        { RetryAfter = seconds };

    public static SimulatorAnswer TimedOut() => Error(504, "gateway_timeout", "Gateway Timeout");

    /// <summary>The error that a fault answers; <paramref name="saved"/>: the answer of the work that was done nevertheless.</summary>
    public static SimulatorAnswer For(FaultAction fault, SimulatorAnswer? saved = null)
    {
        var answer = fault.Status switch
        {
            400 => Invalid("body failed validation."),
            401 => Error(401, "unauthorized", "API token is invalid."),
            403 => Error(403, "restricted_resource", "Insufficient permissions for this endpoint."),
            404 => Error(404, "object_not_found", "Could not find the object. Make sure the relevant pages and databases are shared with your integration."),
            409 => Error(409, "conflict_error", "Conflict occurred while saving. Please try again."),
            413 => Error(413, "request_entity_too_large", "The request's body is too large."),
            429 => TooMany(fault.RetryAfter ?? 1, fault.Reason),
            500 => Error(500, "internal_server_error", "Unexpected error occurred."),
            502 => Error(502, "bad_gateway", "Bad Gateway"),
            503 => Error(503, "service_unavailable", "Notion is unavailable, please try again later."),
            529 => Error(529, "service_overload", "Notion is overloaded. Please try again later.", new JsonObject
            {
                ["retry_after"] = (fault.RetryAfter ?? 1).ToString(CultureInfo.InvariantCulture),
            }) with
            { RetryAfter = 1 },
            _ => TimedOut(),
        };
        if (fault.Code is not null)
        {
            answer.Body["code"] = fault.Code;
        }

        if (fault.Message is not null)
        {
            answer.Body["message"] = fault.Message;
        }

        if (fault.Guidance && saved is not null)
        {
            answer.Body["additional_data"] = Guidance(saved);
        }

        return fault.RetryAfter is { } seconds ? answer with { RetryAfter = seconds } : answer;
    }

    private static JsonObject Guidance(SimulatorAnswer saved)
    {
        var data = new JsonObject
        {
            ["from"] = "save_transaction",
            ["elapsed_ms"] = "55012",
            ["deadline_ms"] = "55000",
            ["retry_guidance"] = new JsonArray("The write was saved, but its answer took too long.", "Read the object again; do not repeat the write."),
        };
        if (saved.Made is { } made)
        {
            data["committed_resource_id"] = made;
        }

        if (saved.MadeChildren.Count > 0)
        {
            data["committed_child_ids"] = new JsonArray([.. saved.MadeChildren.Select(id => (JsonNode)id)]);
        }

        return data;
    }
}

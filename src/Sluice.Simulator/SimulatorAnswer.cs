using System.Text.Json.Nodes;

namespace Sluice.Simulator;

/// <summary>An answer before it is written.</summary>
internal sealed record SimulatorAnswer(int Status, JsonObject Body)
{
    /// <summary>Seconds of a Retry-After header.</summary>
    public int? RetryAfter { get; init; }

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
        Error(429, "rate_limited", "You have been rate limited. Please try again later.", new JsonObject { ["rate_limit_reason"] = reason, ["retry_after"] = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture) }) with { RetryAfter = seconds };

    public static SimulatorAnswer Server(int status) => status switch
    {
        500 => Error(500, "internal_server_error", "Unexpected error occurred."),
        502 => Error(502, "bad_gateway", "Bad Gateway"),
        503 => Error(503, "service_unavailable", "Notion is unavailable, please try again later."),
        529 => Error(529, "service_overload", "Notion is overloaded.") with { RetryAfter = 1 },
        _ => Error(504, "gateway_timeout", "Gateway Timeout"),
    };
}

using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Sluice.Diagnostics;
using Sluice.Errors;

namespace Sluice.AspNetCore.Api;

/// <summary>Errors as application/problem+json (RFC 9457): a stable code, the reason, what to do. Never an upstream body.</summary>
internal static class Problem
{
    public const string ContentType = "application/problem+json";

    /// <summary>Answers with a refusal. Nothing of the answer was sent before.</summary>
    public static async Task WriteAsync(HttpContext http, Refusal refusal)
    {
        var response = http.Response;
        response.StatusCode = refusal.Status;
        if (refusal.Error.RetryAfter is { } wait)
        {
            response.Headers.RetryAfter = Seconds(wait).ToString(CultureInfo.InvariantCulture);
        }

        if (refusal.Status == StatusCodes.Status401Unauthorized)
        {
            response.Headers.WWWAuthenticate = "Bearer";
        }

        if (HttpMethods.IsHead(http.Request.Method))
        {
            return;
        }

        var body = Body(refusal);
        response.ContentType = ContentType;
        response.ContentLength = body.Length;
        await response.Body.WriteAsync(body, http.RequestAborted);
    }

    /// <summary>The document.</summary>
    public static byte[] Body(Refusal refusal)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteString("type", $"urn:sluice:error:{refusal.Error.Code.Name}");
            json.WriteString("title", refusal.Error.Code.Meaning);
            json.WriteNumber("status", refusal.Status);
            json.WriteString("detail", refusal.Error.Message);
            json.WriteString("code", refusal.Error.Code.Name);
            if (refusal.Error.RetryAfter is { } wait)
            {
                json.WriteNumber("retry_after", Seconds(wait));
            }

            if ((refusal.Error.Wait is { } waits ? WaitNames.Of(waits) : WaitOf(refusal.Error.Code)) is { } reason)
            {
                json.WriteString("wait", reason);
            }

            json.WriteEndObject();
        }

        return stream.ToArray();
    }

    private static long Seconds(TimeSpan wait) => Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds));

    /// <summary>What another try would wait for, as in metrics.</summary>
    private static string? WaitOf(ErrorCode code) =>
        code == ErrorCodes.Busy ? "queue"
        : code == ErrorCodes.RateBlocked ? "not-before"
        : code == ErrorCodes.NotionUnreachable ? "breaker"
        : null;
}

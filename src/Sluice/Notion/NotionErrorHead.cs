namespace Sluice.Notion;

/// <summary>What an error answer says before its body: plain values, so that the parser can be tested without HTTP.</summary>
internal sealed record NotionErrorHead(int Status)
{
    /// <summary>The Retry-After header: seconds, or what is left until its date by the server's own clock where it told it.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The x-notion-request-id header: Notion itself answered.</summary>
    public string? RequestId { get; init; }

    /// <summary>The cf-ray header: Cloudflare stands before the answer, or gave it.</summary>
    public string? Ray { get; init; }

    /// <summary>Reads an answer's headers.</summary>
    public static NotionErrorHead Of(HttpResponseMessage response, DateTimeOffset now)
    {
        var retry = response.Headers.RetryAfter;
        return new((int)response.StatusCode)
        {
            RetryAfter = retry?.Delta ?? (retry?.Date is { } date ? date - (response.Headers.Date ?? now) : null),
            RequestId = First(response, "x-notion-request-id"),
            Ray = First(response, "cf-ray"),
        };
    }

    private static string? First(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;
}

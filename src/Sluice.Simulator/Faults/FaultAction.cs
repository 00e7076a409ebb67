namespace Sluice.Simulator.Faults;

/// <summary>What happens to one request instead of, or after, being served.</summary>
internal sealed record FaultAction
{
    /// <summary>An error status; 0: none.</summary>
    public int Status { get; init; }

    /// <summary>The error's code in place of the status's own.</summary>
    public string? Code { get; init; }

    /// <summary>The error's sentence in place of the status's own.</summary>
    public string? Message { get; init; }

    /// <summary>The work is done first.</summary>
    public bool Kept { get; init; }

    /// <summary>Seconds of Retry-After.</summary>
    public int? RetryAfter { get; init; }

    /// <summary>The reason of a 429.</summary>
    public string Reason { get; init; } = "public_api_request_rate_limit";

    /// <summary>An edge's page in place of Notion's JSON.</summary>
    public bool Html { get; init; }

    /// <summary>The connection is reset after so many body bytes; after the work where <see cref="Kept"/>.</summary>
    public long? ResetAfter { get; init; }

    /// <summary>The body is read and nothing answered until the client leaves.</summary>
    public bool Hang { get; init; }

    /// <summary>Answered after so many body bytes, and the connection closed without reading on.</summary>
    public long? RefuseAfter { get; init; }

    /// <summary>Added to the answer.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>A 503 of a write that was saved says so and names what it saved.</summary>
    public bool Guidance { get; init; }

    /// <summary>The upload is forgotten at this request.</summary>
    public bool Forget { get; init; }

    /// <summary>It ends the request in the middle of its body, so it is decided before the body's end.</summary>
    public bool IsEarly => RefuseAfter is not null || (ResetAfter > 0 && !Kept);

    /// <summary>The work is not done.</summary>
    public bool PreventsWork => !Kept && (Status > 0 || ResetAfter is not null || Hang);

    /// <summary>What it is called in the counts of <c>GET /_sim/stats</c>; null: a delay is no fault.</summary>
    public string? Name =>
        Hang ? "hang"
        : ResetAfter is not null ? $"reset{(Kept ? "-kept" : "")}"
        : Status > 0 ? $"{Status}{(Kept ? "-kept" : "")}{(RefuseAfter is null ? "" : "-early")}"
        : Forget ? "forget"
        : null;
}

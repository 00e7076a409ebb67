namespace Sluice.Simulator.Faults;

/// <summary>
/// What can be switched while the simulator runs: how large the workspace is, and how each thing that Notion does not document
/// behaves. Never changed in place: a change puts another record in its stead (docs/simulator.md, Switches).
/// </summary>
internal sealed record SimulatorSwitches
{
    /// <summary>free, plus or business.</summary>
    public string Plan { get; init; } = "plus";

    /// <summary>Requests a minute for each token; null: the plan's; 0: no limit.</summary>
    public int? RequestsPerMinute { get; init; }

    /// <summary>Added to every answer.</summary>
    public TimeSpan Latency { get; init; }

    /// <summary>Body bytes taken a second, over all requests; 0: no limit.</summary>
    public long Bandwidth { get; init; }

    /// <summary>How long an upload lives from its creation to its first attach.</summary>
    public TimeSpan Lifetime { get; init; } = TimeSpan.FromMinutes(60);

    /// <summary>How late <c>expiry_time</c> becomes null after the first attach.</summary>
    public TimeSpan LateExpiry { get; init; }

    /// <summary>How long after its completion an upload cannot be attached yet.</summary>
    public TimeSpan NotReady { get; init; }

    /// <summary>The status of a refused attach, whose code is <c>object_not_found</c> either way: 404 or 400.</summary>
    public int NotAttachableStatus { get; init; } = 404;

    /// <summary>The workspace has used up its blocks: what makes blocks is answered with 403.</summary>
    public bool BlockLimit { get; init; }

    /// <summary>Until an upload is complete, a part sent twice counts twice in <c>sent</c> and <c>content_length</c>.</summary>
    public bool CountResentParts { get; init; }

    /// <summary>A part under 5 MiB that is not the last is refused when the upload is completed, not when it is sent.</summary>
    public bool SmallPartsUntilComplete { get; init; }

    /// <summary>A free workspace takes multi-part uploads of one part.</summary>
    public bool FreeMultiPart { get; init; }

    /// <summary>The highest part number: 1,000 or 10,000.</summary>
    public int MaxPartNumber { get; init; } = 1000;

    /// <summary>What the 60 seconds of a request cover.</summary>
    public TimeLimit TimeLimit { get; init; } = TimeLimit.All;

    /// <summary>Only the types of October 2025 are taken.</summary>
    public bool OldTypes { get; init; }

    /// <summary><c>GET /v1/users/me</c> tells the workspace's limits.</summary>
    public bool BotLimits { get; init; } = true;

    public long MaxFileSize => Plan == "free" ? 5_242_880 : 5_368_709_120;

    public int Budget => RequestsPerMinute ?? (Plan == "business" ? 600 : 180);
}

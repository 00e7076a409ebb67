namespace Sluice.Simulator;

/// <summary>How the simulator behaves at its start; every switch has the default that is closest to the real service, and can be changed while it runs (docs/simulator.md).</summary>
public sealed record SimulatorOptions
{
    /// <summary>The address to listen on; port 0: a free one.</summary>
    public string Listen { get; init; } = "http://127.0.0.1:8090";

    /// <summary>Which faults: calm, flaky, rough, outage, forgetful (docs/simulator.md).</summary>
    public string Profile { get; init; } = "calm";

    /// <summary>Chance: the same seed gives the same faults to the same requests, whatever order they come in.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>The workspace's plan: free (5 MiB a file, 180 requests a minute), plus (5 GiB, 180), business (5 GiB, 600).</summary>
    public string Plan { get; init; } = "plus";

    /// <summary>Requests a minute for each token; null: the plan's; 0: no limit.</summary>
    public int? RequestsPerMinute { get; init; }

    /// <summary>A file with fault rules (docs/simulator.md).</summary>
    public string? Script { get; init; }

    /// <summary>Where stored bytes are kept, so that they can be read back; null: only digests are, and a part lies in a temporary folder until it is in them.</summary>
    public string? Store { get; init; }

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

    /// <summary>The clock; moved ahead by <c>POST /_sim/clock</c>.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}

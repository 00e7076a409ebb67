using Sluice.Notion;

namespace Sluice.Simulation;

/// <summary>All scenarios by name; docs/testing.md says what each is for.</summary>
internal static class Scenarios
{
    private static readonly string[] Property = [$"page:{World.Page}::Files"];

    private static readonly string[] Rows = [$"database:{World.Database}"];

    private static readonly NotionLimits Large = new() { MinPartSize = 128 << 10, MaxPartSize = 256 << 10, PartSizeUnit = 64 << 10, MaxFileSize = 64 << 20, FreePlanLimit = 128 << 10 };

    /// <summary>Notion's own sizes.</summary>
    private static readonly NotionLimits Real = NotionLimits.Default;

    public static IReadOnlyList<Scenario> All { get; } =
    [
        // The fault profiles.
        new("calm", FaultPlan.Calm) { MostSent = 1.02 },
        new("flaky", FaultPlan.Flaky) { MostSent = 1.25 },
        new("rough", FaultPlan.Rough) { MostSent = 1.6 },
        new("outage", FaultPlan.Calm) { Outage = TimeSpan.FromSeconds(90) },
        new("outage-long", FaultPlan.Calm) { Outage = TimeSpan.FromMinutes(20) },
        new("forgetful", FaultPlan.Forgetful) { MayExpire = true },

        // Crashes.
        new("kill", FaultPlan.Flaky) { Kills = 6 },
        new("kill-calm", FaultPlan.Calm) { Kills = 3 },
        new("kill-rough", FaultPlan.Rough) { Kills = 4, DeathIsKnown = false },
        new("kill-steps", FaultPlan.Calm) { Kills = 3, AtSteps = true, MostParts = 6, MostUploads = 1 },
        new("kill-steps-flaky", FaultPlan.LateNull) { Kills = 8, AtSteps = true, MostParts = 4, MostUploads = 2 },
        new("kill-interval", FaultPlan.Flaky) { Kills = 4, IntervalParts = 50, LeastParts = 60, MostParts = 160, MostUploads = 1 },
        new("power", FaultPlan.Flaky) { Kills = 4, PowerLoss = true },
        new("power-steps", FaultPlan.Flaky) { Kills = 6, PowerLoss = true, AtSteps = true, MostParts = 6, MostUploads = 2 },
        new("leave", FaultPlan.Flaky) { Leaves = 4 },

        // Stopped processes, wrong clocks, rivals.
        new("stop", FaultPlan.Flaky) { Stops = 3, DeathIsKnown = false },
        new("stop-steps", FaultPlan.Calm) { Stops = 2, AtSteps = true, DeathIsKnown = false, MostParts = 4, MostUploads = 2 },
        new("stop-property", FaultPlan.LateNull) { Stops = 2, AtSteps = true, StopsAtAttach = true, DeathIsKnown = false, MostParts = 2, LeastUploads = 2, MostUploads = 4, Targets = Property },
        new("stop-forgetful", FaultPlan.Forgetful) { Stops = 3, DeathIsKnown = false, LongestStop = TimeSpan.FromMinutes(70), MayExpire = true, Limit = TimeSpan.FromHours(12) },
        new("skew", FaultPlan.LateNull with { LostLate = 0.2 }) { Kills = 10, KillsAtAttach = true, AtSteps = true, Skew = TimeSpan.FromMinutes(20), MostParts = 3, Targets = Property },
        new("rivals", FaultPlan.Flaky) { Rivals = 3, Kills = 2 },
        new("two-nodes", FaultPlan.LateNull with { MostDelay = TimeSpan.FromMilliseconds(800) }) { Rivals = 2, Shares = true, LeastUploads = 20, MostUploads = 20, MostParts = 3, Targets = Property },

        // The store, the link, the window, the hour.
        new("store-away", FaultPlan.Flaky) { StoreAway = TimeSpan.FromSeconds(90) },
        new("store-slow", FaultPlan.Flaky) { StoreDelay = TimeSpan.FromSeconds(3), MostParts = 12 },
        new("slow-link", FaultPlan.Calm) { BytesPerSecond = 25, LeastParts = 2, MostParts = 12, MostUploads = 1, MayExpire = true },
        new("small-budget", FaultPlan.Calm with { TooMany = 0.05 }) { NotionPerMinute = 20, RequestsPerMinute = 20, MostParts = 60 },
        new("learned-budget", FaultPlan.Calm) { NotionPerMinute = 60, Rivals = 2, MostParts = 120 },
        new("long-wait", FaultPlan.Calm with { LongWait = 0.02 }) { MayExpire = true, Limit = TimeSpan.FromHours(24) },
        new("hour", FaultPlan.Calm) { NotionPerMinute = 20, RequestsPerMinute = 20, LeastUploads = 16, MostUploads = 20, LeastParts = 80, MostParts = 120, MostActive = 25, Targets = ["none"], LookEvery = 100, MostSeeds = 8 },
        new("hour-25", FaultPlan.Calm with { MostDelay = TimeSpan.FromMilliseconds(900) })
        {
            Limits = Real, WorkspaceLimit = 5L << 30, Generated = true, PartSize = 5_373_952, RequestsPerMinute = 180, LeastUploads = 25, MostUploads = 25, LeastParts = 1000, MostParts = 1000,
            MostActive = 25, Targets = ["none"], LookEvery = 1000, MostSeeds = 1,
        },

        // Sources and targets.
        new("relay", FaultPlan.Rough with { Hang = 0 }) { Relayed = true },
        new("memory", FaultPlan.Flaky) { Relayed = true, Limits = Large, WorkspaceLimit = 64 << 20, BufferMb = 1, LeastUploads = 4, MostUploads = 8, MostActive = 8, MostParts = 10, MostSeeds = 40 },
        new("changes", FaultPlan.Flaky) { Changes = true, LeastParts = 6, MostUploads = 1 },
        new("changes-between", FaultPlan.Flaky) { ChangesBetween = true, Kills = 1, LeastParts = 8, MostUploads = 1 },
        new("single", FaultPlan.LateNull) { MostParts = 1, MostUploads = 4, Kills = 2, AtSteps = true },
        new("free-plan", FaultPlan.Flaky) { WorkspaceLimit = 1 << 10, MostParts = 1, MostUploads = 4 },
        new("ordered", FaultPlan.Flaky) { Ordered = true, LeastUploads = 5, MostUploads = 9, MostParts = 8, Targets = [$"page:{World.Page}"] },
        new("property", FaultPlan.LateNull) { LeastUploads = 3, MostUploads = 6, MostParts = 4, Targets = Property },
        new("rows", FaultPlan.LateNull) { LeastUploads = 2, MostUploads = 4, MostParts = 4, Targets = Rows, Kills = 2, AtSteps = true },

        // Clients of a gateway.
        .. GatewayScenarios.All,
    ];
}

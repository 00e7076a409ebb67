using Sluice.Notion;

namespace Sluice.Simulation;

/// <summary>The scenarios in which clients bring the bytes; docs/testing.md says what each is for.</summary>
internal static class GatewayScenarios
{
    private static readonly NotionLimits Large = new() { MinPartSize = 128 << 10, MaxPartSize = 256 << 10, PartSizeUnit = 64 << 10, MaxFileSize = 64 << 20, FreePlanLimit = 128 << 10 };

    /// <summary>Notion's own on a scale of 1 to 1,024: 5 MiB are 5 KiB, 5 GiB are 5 MiB in a thousand parts.</summary>
    private static readonly NotionLimits Small = new() { MinPartSize = 5 << 10, MaxPartSize = 20 << 10, PartSizeUnit = 64, MaxFileSize = 5 << 20, FreePlanLimit = 5 << 10 };

    private static readonly ClientHabit[] Patient = [ClientHabit.TusJs, ClientHabit.TusPy, ClientHabit.TusJava];

    /// <summary>A line slow enough that a part's memory is held long.</summary>
    private static readonly ClientHabit Torrent = ClientHabit.TusJs with { Name = "torrent", Rate = 20_000, Breaks = 0.05 };

    public static IReadOnlyList<Scenario> All { get; } =
    [
        // Calm and faulty lines, patient and impatient clients.
        new("relay-calm", FaultPlan.Calm) { Gateway = new(Patient) { NobodyGivesUp = true } },
        new("relay-rough", FaultPlan.Rough with { LostLate = 0.02 }) { Gateway = new(Patient) { AnswersLost = 0.05 } },
        new("relay-outage", FaultPlan.Calm) { Outage = TimeSpan.FromMinutes(5), MostParts = 12, Gateway = new(ClientHabit.TusJs) { Room = 1 << 20, NobodyGivesUp = true } },
        new("relay-phones", FaultPlan.Flaky) { MostParts = 12, Gateway = new(ClientHabit.Phone, ClientHabit.Liar) { AnswersLost = 0.1 } },
        new("relay-phones-disk", FaultPlan.Flaky) { MostParts = 12, Gateway = new(ClientHabit.Phone, ClientHabit.Liar, ClientHabit.Slow) { AnswersLost = 0.1, Room = 1 << 20 } },
        new("relay-twins", FaultPlan.Flaky) { MostParts = 12, Gateway = new(ClientHabit.TusJs, ClientHabit.TusPy, ClientHabit.Phone) { Twice = true, MostClients = 2, AnswersLost = 0.05, Room = 6 << 10 } },

        // Crashes, stops, a store and a Notion that forget.
        new("relay-kill", FaultPlan.Flaky) { Kills = 5, MostParts = 20, Gateway = new([.. Patient, ClientHabit.Phone]) { AnswersLost = 0.05 } },
        new("relay-kill-disk", FaultPlan.Flaky) { Kills = 5, MostParts = 20, Gateway = new([.. Patient, ClientHabit.Phone]) { AnswersLost = 0.05, Room = 8 << 10 } },
        new("relay-kill-steps", FaultPlan.LateNull) { Kills = 6, AtSteps = true, MostParts = 5, Gateway = new(Patient) { MostClients = 2, Room = 1 << 20 } },
        new("relay-power", FaultPlan.Flaky) { Kills = 4, PowerLoss = true, MostParts = 12, Gateway = new([.. Patient, ClientHabit.Phone]) { Room = 8 << 10 } },
        new("relay-term", FaultPlan.Flaky) { MostParts = 20, Gateway = new([.. Patient, ClientHabit.Phone]) { Terms = 4, AnswersLost = 0.05 } },
        new("relay-term-disk", FaultPlan.Flaky) { Kills = 2, MostParts = 20, Gateway = new([.. Patient, ClientHabit.Phone]) { Terms = 4, Room = 1 << 20 } },
        new("relay-forgetful", FaultPlan.Forgetful with { Forget = 0.01 }) { MayExpire = true, MostParts = 20, Gateway = new([.. Patient, ClientHabit.Phone]) { AnswersLost = 0.05, Room = 1 << 20 } },
        new("relay-store-away", FaultPlan.Flaky) { StoreAway = TimeSpan.FromSeconds(90), MostParts = 20, Gateway = new(Patient) { Room = 1 << 20 } },
        new("relay-store-slow", FaultPlan.Flaky) { StoreDelay = TimeSpan.FromSeconds(1), MostParts = 8, Gateway = new(Patient) { MostClients = 2 } },
        new("relay-changes", FaultPlan.Flaky) { Kills = 3, MostParts = 12, Gateway = new(ClientHabit.TusPy with { Changes = true, Breaks = 0.2 }) { AnswersLost = 0.1, Room = 1 << 20 } },

        // What is scarce: memory, requests, the hour.
        new("relay-memory", FaultPlan.Flaky) { Limits = Large, WorkspaceLimit = 64 << 20, BufferMb = 1, MostParts = 8, Gateway = new(ClientHabit.TusJs, ClientHabit.TusJava with { Chunk = 300_000 }, Torrent) { LeastClients = 6, MostClients = 12, Window = 4096, Room = 4 << 20 }, MostSeeds = 12 },
        new("relay-budget", FaultPlan.Calm) { NotionPerMinute = 20, RequestsPerMinute = 20, MostParts = 40, Gateway = new(ClientHabit.TusJs) { MostClients = 6, Room = 1 << 20, NobodyGivesUp = true } },

        // A quarter of 25 x 5 GiB at 180 a minute: 250 parts at 45 a minute take as long as a thousand at 180 ("hour-25" has those, without clients).
        new("relay-hour-25", FaultPlan.Calm)
        {
            Limits = Small, WorkspaceLimit = 5 << 20, RequestsPerMinute = 45, LeastParts = 250, MostParts = 250, Targets = ["none"], LookEvery = 1000, MostSeeds = 1, Limit = TimeSpan.FromHours(12),
            Gateway = new(ClientHabit.TusJs) { LeastClients = 25, MostClients = 25, NobodyGivesUp = true },
        },
    ];
}

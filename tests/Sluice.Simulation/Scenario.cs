using Sluice.Notion;
using Sluice.Settings;

namespace Sluice.Simulation;

/// <summary>What a kind of run does; the seed fills in the rest.</summary>
internal sealed record Scenario(string Name, FaultPlan Faults)
{
    /// <summary>Parts of 1 to 4 KiB in place of 5 to 20 MiB; everything else is Notion's own.</summary>
    public NotionLimits Limits { get; init; } = new()
    {
        MinPartSize = 1 << 10, MaxPartSize = 4 << 10, PartSizeUnit = 64, MaxFileSize = 1 << 20, FreePlanLimit = 1 << 10,
    };

    public int RequestsPerMinute { get; init; } = 180;

    public int LeastParts { get; init; } = 1;

    public int MostParts { get; init; } = 40;

    public int MostUploads { get; init; } = 3;

    /// <summary>How many times a process is killed, at most.</summary>
    public int Kills { get; init; }

    /// <summary>Whether a kill is also a loss of power: unsynced commits may be gone.</summary>
    public bool PowerLoss { get; init; }

    /// <summary>Whether the next process knows at once that the last is dead, or has to wait for its lease.</summary>
    public bool DeathIsKnown { get; init; } = true;

    /// <summary>How many times a process is stopped for up to two minutes while another may take over.</summary>
    public int Pauses { get; init; }

    /// <summary>How many processes work on the same uploads at once.</summary>
    public int Rivals { get; init; } = 1;

    public int IntervalParts { get; init; } = 1;

    public TimeSpan Outage { get; init; }

    public TimeSpan StoreDelay { get; init; } = TimeSpan.FromMilliseconds(5);

    public bool Relayed { get; init; }

    /// <summary>A change of the file at some moment: the upload must end as failed, or have been done before.</summary>
    public bool Changes { get; init; }

    public TimeSpan Limit { get; init; } = TimeSpan.FromHours(30);

    public SluiceOptions Options()
    {
        var options = new SluiceOptions();
        options.Parts.MinSize = Limits.MinPartSize;
        options.Parts.MaxSize = Limits.MaxPartSize;
        options.Checkpoints.IntervalParts = IntervalParts;
        options.Retry.GiveUpAfter = TimeSpan.FromHours(6);
        options.Stream.ReadBuffer = 4096;
        return options;
    }

    public static IReadOnlyList<Scenario> All { get; } =
    [
        new("calm", FaultPlan.Calm),
        new("flaky", FaultPlan.Flaky),
        new("rough", FaultPlan.Rough),
        new("outage", FaultPlan.Calm) { Outage = TimeSpan.FromSeconds(90) },
        new("forgetful", FaultPlan.Forgetful),
        new("kill", FaultPlan.Flaky) { Kills = 6 },
        new("kill-rough", FaultPlan.Rough) { Kills = 4, DeathIsKnown = false },
        new("kill-interval", FaultPlan.Flaky) { Kills = 4, IntervalParts = 7 },
        new("power", FaultPlan.Flaky) { Kills = 4, PowerLoss = true },
        new("pause", FaultPlan.Flaky) { Pauses = 3, DeathIsKnown = false },
        new("rivals", FaultPlan.Flaky) { Rivals = 3, Kills = 2 },
        new("relay", FaultPlan.Rough with { Hang = 0 }) { Relayed = true },
        new("changes", FaultPlan.Flaky) { Changes = true, LeastParts = 6, MostUploads = 1 },
        new("small-budget", FaultPlan.Calm) { RequestsPerMinute = 20, MostParts = 60 },
    ];
}

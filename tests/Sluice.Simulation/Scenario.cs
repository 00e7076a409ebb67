using Sluice.Notion;
using Sluice.Settings;

namespace Sluice.Simulation;

/// <summary>What a kind of run does; the seed fills in the rest. <see cref="Scenarios"/> has all of them.</summary>
internal sealed record Scenario(string Name, FaultPlan Faults)
{
    /// <summary>Parts of 1 to 4 KiB in place of 5 to 20 MiB; everything else is Notion's own.</summary>
    public NotionLimits Limits { get; init; } = new()
    {
        MinPartSize = 1 << 10,
        MaxPartSize = 4 << 10,
        PartSizeUnit = 64,
        MaxFileSize = 1 << 20,
        FreePlanLimit = 1 << 10,
    };

    /// <summary>Notion's limit of requests in a window; 0: none.</summary>
    public int NotionPerMinute { get; init; } = 180;

    /// <summary>The engine's budget; 0: it learns it.</summary>
    public int RequestsPerMinute { get; init; }

    public long WorkspaceLimit { get; init; } = 1 << 20;

    public int LeastParts { get; init; } = 1;

    public int MostParts { get; init; } = 40;

    public int LeastUploads { get; init; } = 1;

    public int MostUploads { get; init; } = 3;

    /// <summary>Uploads of one process that move at once.</summary>
    public int MostActive { get; init; } = 4;

    /// <summary>Where files go; each goes to one of these.</summary>
    public IReadOnlyList<string> Targets { get; init; } = [$"page:{World.Page}", $"page:{World.Page}::Files", $"database:{World.Database}"];

    /// <summary>Whether the files of one command keep their order at the target.</summary>
    public bool Ordered { get; init; }

    /// <summary>Whether each rival has files of its own.</summary>
    public bool Shares { get; init; }

    /// <summary>How many times a process is killed, at most.</summary>
    public int Kills { get; init; }

    /// <summary>Kills and stops fall at a step (a call to store or Notion) in place of a moment.</summary>
    public bool AtSteps { get; init; }

    /// <summary>Half of the kills fall right after an attach has left.</summary>
    public bool KillsAtAttach { get; init; }

    /// <summary>Whether a kill is also a loss of power: unsynced commits may be gone.</summary>
    public bool PowerLoss { get; init; }

    /// <summary>Whether the next process knows at once that the last is dead, or has to wait for its lease.</summary>
    public bool DeathIsKnown { get; init; } = true;

    /// <summary>How many times a process is stopped for a while, in which another takes over.</summary>
    public int Stops { get; init; }

    /// <summary>Half of the stops fall right before an attach leaves, for longer than a lease and shorter than the call may take.</summary>
    public bool StopsAtAttach { get; init; }

    /// <summary>How long, at most.</summary>
    public TimeSpan LongestStop { get; init; } = TimeSpan.FromMinutes(12);

    /// <summary>How many times the user stops the program at a safe point.</summary>
    public int Leaves { get; init; }

    /// <summary>How many processes work on the same uploads at once.</summary>
    public int Rivals { get; init; } = 1;

    public int IntervalParts { get; init; } = 1;

    public TimeSpan Outage { get; init; }

    /// <summary>How long the store is away, at most.</summary>
    public TimeSpan StoreAway { get; init; }

    public TimeSpan StoreDelay { get; init; } = TimeSpan.FromMilliseconds(5);

    /// <summary>How wrong a process's wall clock is, at most, either way.</summary>
    public TimeSpan Skew { get; init; }

    /// <summary>The link's bytes a second; 0: no limit.</summary>
    public long BytesPerSecond { get; init; }

    public bool Relayed { get; init; }

    /// <summary>Files have a length and no bytes: for large ones.</summary>
    public bool Generated { get; init; }

    public long? PartSize { get; init; }

    public int BufferMb { get; init; } = 31;

    /// <summary>A change of the file while it is read: the upload must end as failed, or have been done before.</summary>
    public bool Changes { get; init; }

    /// <summary>A change of the file while nobody works on it, in a part that is recorded: not a byte is sent after it.</summary>
    public bool ChangesBetween { get; init; }

    /// <summary>Whether Notion may forget uploads that were handled in time.</summary>
    public bool MayExpire { get; init; }

    /// <summary>Bytes sent for one byte of a file and generation, at most, over all seeds; 0: not asked.</summary>
    public double MostSent { get; init; }

    /// <summary>All has to be over within this.</summary>
    public TimeSpan Limit { get; init; } = TimeSpan.FromHours(6);

    /// <summary>The invariants of every instant are looked at after every so many events.</summary>
    public int LookEvery { get; init; } = 5;

    /// <summary>Clients of a gateway in place of files of a command; null: none.</summary>
    public GatewayPlan? Gateway { get; init; }

    /// <summary>More seeds than this tell nothing new.</summary>
    public ulong MostSeeds { get; init; } = ulong.MaxValue;

    public SluiceOptions Options()
    {
        var options = new SluiceOptions();
        options.Parts.MinSize = Limits.MinPartSize;
        options.Parts.MaxSize = Limits.MaxPartSize;
        options.Checkpoints.IntervalParts = IntervalParts;
        options.Pacing.RequestsPerMinute = RequestsPerMinute;
        options.Retry.GiveUpAfter = TimeSpan.FromHours(1);
        options.Stream.ReadBuffer = Generated ? 64 << 10 : 4096;
        options.Memory.BufferMb = BufferMb;
        options.Memory.PerUploadMb = Math.Min(BufferMb, 20);
        options.Features.Integrity = Generated ? 0 : 100;
        options.Features.Spool = Gateway is { Room: 0 } ? 0 : options.Features.Spool;
        options.Spool.MaxBytes = Gateway?.Room ?? 0;
        return options;
    }
}

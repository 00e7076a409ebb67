using System.Collections.Immutable;
using Sluice.Checkpoints.InMemory;
using Sluice.Notion;

namespace Sluice.Simulation;

/// <summary>Everything one seed needs: time, chance, Notion, the store that outlives processes, and the processes.</summary>
internal sealed class World
{
    public const string Page = "00000000-0000-4000-8000-000000000001";
    public const string Database = "00000000-0000-4000-8000-000000000002";
    public const string DataSource = "00000000-0000-4000-8000-000000000012";
    public const string Secret = "ntn_0123456789secret";

    private readonly List<Process> _processes = [];
    private readonly bool _tracing;
    private int _names;
    private int _events;

    public World(ulong seed, Scenario scenario, bool tracing = false)
    {
        Seed = seed;
        Scenario = scenario;
        _tracing = tracing;
        Random = new Random(unchecked((int)(seed ^ (seed >> 32))));
        Time = new SimulatedTime(new DateTimeOffset(2026, 11, 24, 0, 0, 0, TimeSpan.Zero));
        Notion = new NotionModel(Time, scenario.Limits, scenario.NotionPerMinute, TimeSpan.FromSeconds(Random.NextDouble() * 60), most => most * Random.NextDouble());
        Store = new InMemoryCheckpointStore(Time, new Liveness(this), keepUnsynced: true);
        Log = new SecretWatch(Secret);
        Pace = new PaceWatch(this);
    }

    public ulong Seed { get; }

    public Scenario Scenario { get; }

    public Random Random { get; }

    public SimulatedTime Time { get; }

    public NotionModel Notion { get; }

    public InMemoryCheckpointStore Store { get; }

    /// <summary>The uploads as they were after the last write.</summary>
    public ImmutableDictionary<string, InMemoryUpload> Written { get; set; } = ImmutableDictionary<string, InMemoryUpload>.Empty;

    public SecretWatch Log { get; }

    public PaceWatch Pace { get; }

    /// <summary>The plan in force: an outage turns everything into errors.</summary>
    public FaultPlan FaultsNow => Time.Elapsed >= OutageFrom && Time.Elapsed < OutageFrom + Scenario.Outage ? new FaultPlan { ErrorBefore = 1 } : Scenario.Faults;

    /// <summary>The state folder of all processes; null: none has a disk.</summary>
    public string? Folder { get; set; }

    /// <summary>Looked at with every look at the invariants.</summary>
    public Action Look { get; set; } = static () => { };

    /// <summary>What clients bring, by name.</summary>
    public Dictionary<string, ClientFile> Files { get; } = new(StringComparer.Ordinal);

    /// <summary>Since when uploads that a process has live wait for nothing that has a name, in ticks; a kill ends the wait with the process.</summary>
    public Dictionary<Relay.IRelayUpload, long> Nameless { get; } = [];

    public TimeSpan OutageFrom { get; set; } = TimeSpan.MaxValue - TimeSpan.FromDays(1);

    public bool StoreIsAway => Time.Elapsed >= StoreAwayFrom && Time.Elapsed < StoreAwayFrom + StoreAwayFor;

    public TimeSpan StoreAwayFrom { get; set; } = TimeSpan.MaxValue - TimeSpan.FromDays(1);

    public TimeSpan StoreAwayFor { get; set; }

    /// <summary>Until then sends are cut in mid-body and other calls hear 429, in ticks.</summary>
    public long RefusingUntil { get; set; }

    /// <summary>When the last long wait really ends, in ticks.</summary>
    public long LongWaitUntil { get; set; }

    /// <summary>Sends that share the link now.</summary>
    public int Sending { get; set; }

    public IReadOnlyList<Process> Processes => _processes;

    public IEnumerable<Process> Living => _processes.Where(p => !p.Dead && p.IsOpen);

    /// <summary>A digest of everything that happened so far, to see that a seed replays.</summary>
    public ulong Trace { get; private set; } = 14695981039346656037;

    /// <summary>Decides when Notion and the store are away.</summary>
    public void Faults(Random random)
    {
        if (Scenario.Outage > TimeSpan.Zero)
        {
            OutageFrom = TimeSpan.FromSeconds(random.Next(0, 20));
        }

        if (Scenario.StoreAway > TimeSpan.Zero)
        {
            StoreAwayFrom = TimeSpan.FromSeconds(random.NextDouble() * random.Next(1, 60));
            StoreAwayFor = Scenario.StoreAway * random.NextDouble();
        }
    }

    public Process StartProcess()
    {
        var wrong = Scenario.Skew * ((Random.NextDouble() * 2) - 1);
        var process = new Process(this, $"p{++_names}", wrong);
        _processes.Add(process);
        return process;
    }

    /// <summary>Something that happens by itself after a while, whoever is alive then.</summary>
    public void Later(TimeSpan delay, Action what)
    {
        var timer = new OneShot(what);
        timer.Start(Time, delay);
    }

    /// <summary>Notes what happened.</summary>
    public void Note(string who, string what)
    {
        foreach (var letter in what)
        {
            Trace = (Trace ^ letter) * 1099511628211;
        }

        Trace = (Trace ^ (ulong)Time.Now ^ (ulong)who.Length) * 1099511628211;
        if (_tracing)
        {
            Console.WriteLine($"{Time.Elapsed:hh\\:mm\\:ss\\.fff} {who} {what}");
        }
    }

    /// <summary>What was seen to break in the middle of the engine's work, which must not hide it.</summary>
    public Violation? Broken { get; private set; }

    /// <summary>Makes a check inside of the engine's work.</summary>
    public void Guard(Action check)
    {
        try
        {
            check();
        }
        catch (Violation broken)
        {
            Broken ??= broken;
            throw;
        }
    }

    /// <summary>Lets everything run that can, then jumps to the next timer, until the task ended or the time is over.</summary>
    public async Task<bool> RunUntilAsync(Func<bool> over, TimeSpan limit)
    {
        var until = Time.Elapsed + limit;
        while (true)
        {
            await SettleAsync();
            if (Broken is not null)
            {
                throw Broken;
            }

            if (over())
            {
                return true;
            }

            if (!Time.FireNext(until))
            {
                await SettleAsync();
                return over();
            }

            if (++_events % Scenario.LookEvery == 0)
            {
                Invariants.Always(this);
                Look();
            }
        }
    }

    /// <summary>Runs all work that waits on nothing but its turn.</summary>
    public static async Task SettleAsync()
    {
        do
        {
            await Task.Yield();
        }
        while (ThreadPool.PendingWorkItemCount > 0);
    }

    private sealed class OneShot(Action what)
    {
        private ITimer? _timer;

        public void Start(TimeProvider time, TimeSpan delay) => _timer = time.CreateTimer(_ =>
        {
            _timer?.Dispose();
            what();
        }, null, delay, Timeout.InfiniteTimeSpan);
    }
}

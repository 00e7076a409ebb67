using Sluice.Checkpoints.InMemory;
using Sluice.Notion;

namespace Sluice.Simulation;

/// <summary>Everything one seed needs: time, chance, Notion, the store that outlives processes, and the processes.</summary>
internal sealed class World
{
    public const string Page = "00000000-0000-4000-8000-000000000001";
    public const string Database = "00000000-0000-4000-8000-000000000002";
    public const string DataSource = "00000000-0000-4000-8000-000000000012";

    private readonly List<Process> _processes = [];
    private int _names;

    public World(ulong seed, Scenario scenario)
    {
        Seed = seed;
        Scenario = scenario;
        Random = new Random(unchecked((int)(seed ^ (seed >> 32))));
        Time = new SimulatedTime(new DateTimeOffset(2026, 11, 24, 0, 0, 0, TimeSpan.Zero));
        Faults = scenario.Faults;
        Notion = new NotionModel(Time, scenario.Limits, scenario.RequestsPerMinute, TimeSpan.FromSeconds(Random.NextDouble() * 60));
        Liveness = new Liveness(this);
        Store = new InMemoryCheckpointStore(Time, Liveness, keepUnsynced: true);
    }

    public ulong Seed { get; }

    public Scenario Scenario { get; }

    public Random Random { get; }

    public SimulatedTime Time { get; }

    public NotionModel Notion { get; }

    public InMemoryCheckpointStore Store { get; private set; }

    public Liveness Liveness { get; }

    public FaultPlan Faults { get; set; }

    /// <summary>The plan in force: an outage turns everything into errors.</summary>
    public FaultPlan FaultsNow => Time.Elapsed < OutageUntil ? new FaultPlan { ErrorBefore = 1 } : Faults;

    public TimeSpan OutageUntil { get; set; }

    public long WorkspaceLimit => Scenario.Limits.MaxFileSize;

    public IReadOnlyList<Process> Processes => _processes;

    public Process StartProcess()
    {
        var process = new Process(this, $"p{++_names}");
        _processes.Add(process);
        return process;
    }

    /// <summary>Something that happens by itself after a while, whoever is alive then.</summary>
    public void Later(TimeSpan delay, Action what)
    {
        var timer = new OneShot(what);
        timer.Start(Time, delay);
    }

    /// <summary>Lets everything run that can, then jumps to the next timer, until the task ended or the time is over.</summary>
    public async Task<bool> RunUntilAsync(Func<bool> over, TimeSpan limit)
    {
        var until = Time.Elapsed + limit;
        while (true)
        {
            await SettleAsync();
            if (over())
            {
                return true;
            }

            if (!Time.FireNext(until))
            {
                await SettleAsync();
                return over();
            }

            Invariants.Always(this);
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

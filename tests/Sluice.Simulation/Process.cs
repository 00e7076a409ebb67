using Sluice.Checkpoints;
using Sluice.Checkpoints.InMemory;

namespace Sluice.Simulation;

/// <summary>One process with its own engine and clock. A kill leaves its tasks hanging for ever: nothing they do can reach store or Notion any more.</summary>
internal sealed class Process
{
    private readonly World _world;
    private readonly StoreFaults _faults = new();
    private readonly Wire _wire;
    private readonly ProcessDisk _disk;
    private readonly TaskCompletionSource _died = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private SluiceClient? _client;
    private int _ids;

    public Process(World world, string name, TimeSpan wrong)
    {
        _world = world;
        Name = name;
        Time = new ProcessTime(world.Time, wrong);
        _wire = new Wire(world, this);
        _disk = new ProcessDisk(this);
        _faults.DelayBefore = operation => Delay("before " + operation);
        _faults.DelayAfter = operation =>
        {
            world.Guard(() => Invariants.Written(world, this, operation));

            return Delay("after " + operation);
        };
        _faults.Failure = _ => world.StoreIsAway ? new StoreUnavailableException("The store is away.") : null;
    }

    public string Name { get; }

    public ProcessTime Time { get; }

    public bool Dead => Time.Dead;

    /// <summary>Ends with the process.</summary>
    public Task Died => _died.Task;

    public bool WasStopped { get; private set; }

    /// <summary>Steps done: calls to the store and to Notion, each when it leaves, when it took effect and when its answer is heard.</summary>
    public int Steps { get; private set; }

    /// <summary>The step at which the process is killed; 0: none.</summary>
    public int KillAt { get; set; }

    /// <summary>The process is killed just after the step that begins so; null: none.</summary>
    public string? KillWhen { get; set; }

    /// <summary>The step at which it is stopped for <see cref="StopFor"/>; 0: none.</summary>
    public int StopAt { get; set; }

    /// <summary>As <see cref="StopAt"/>, at the step that begins so; null: none.</summary>
    public string? StopWhen { get; set; }

    public TimeSpan StopFor { get; set; }

    public List<Upload> Uploads { get; } = [];

    public SluiceClient Client => _client ?? throw new InvalidOperationException("The process is not open.");

    public bool IsOpen => _client is not null;

    public async Task OpenAsync()
    {
        var store = _world.Store.Connect(_faults);
        _client = await new SluiceClientBuilder()
            .UseToken(World.Secret)
            .UseOptions(_world.Scenario.Options())
            .UseTime(Time)
            .UseRandom(new Random(_world.Random.Next()))
            .UseLimits(_world.Scenario.Limits)
            .UseLoggers(_world.Log)
            .UseMostActive(_world.Scenario.MostActive)
            .UseApi(_wire)
            .UseIds(Name, () => $"{Name}-{++_ids}")
            .UseStore(_ => ValueTask.FromResult<ICheckpointStore>(store))
            .UseStateFolder(_world.Folder ?? "/nonexistent")
            .UseDisk(_disk)
            .OpenAsync();
    }

    public Upload Start(SimulatedSource source, string to, Task? after = null)
    {
        var request = new UploadRequest { Source = source, Name = source.Name, To = to, AttachAfter = after, SkipDone = true, PartSize = _world.Scenario.PartSize };
        var upload = new Upload(source, to, Client.Start(request));
        Uploads.Add(upload);
        return upload;
    }

    /// <summary>One step; here a kill or a stop may fall.</summary>
    public void Step(string what)
    {
        if (Dead)
        {
            return;
        }

        Steps++;
        _world.Note(Name, what);
        if (KillWhen is { } last && what.StartsWith(last, StringComparison.Ordinal))
        {
            KillWhen = null;
            _world.Later(TimeSpan.FromMilliseconds(5), Kill);
        }

        if (Steps == KillAt)
        {
            Kill();
        }
        else if (Steps == StopAt || (StopWhen is { } begins && what.StartsWith(begins, StringComparison.Ordinal)))
        {
            StopWhen = null;
            Stop(StopFor);
        }
    }

    /// <summary>kill -9.</summary>
    public void Kill()
    {
        _world.Note(Name, "killed");
        Time.Dead = true;
        _faults.Dead = true;
        _disk.Close();
        _died.TrySetResult();
    }

    /// <summary>SIGSTOP for a while, then SIGCONT: everything this process has in hand is late.</summary>
    public void Stop(TimeSpan duration)
    {
        _world.Note(Name, "stopped");
        WasStopped = true;
        Time.Stop(duration);
    }

    private TimeSpan Delay(string what)
    {
        Step(what);
        var delay = _world.Scenario.StoreDelay * _world.Random.NextDouble();
        return Time.StoppedFor > delay ? Time.StoppedFor : delay;
    }
}

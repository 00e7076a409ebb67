using Sluice.Checkpoints;
using Sluice.Checkpoints.InMemory;
using Sluice.Settings;

namespace Sluice.Simulation;

/// <summary>One process with its own engine. A kill leaves its tasks hanging for ever: nothing they do can reach store or Notion any more.</summary>
internal sealed class Process
{
    private readonly World _world;
    private readonly StoreFaults _faults = new();
    private readonly Wire _wire;
    private SluiceClient? _client;
    private int _ids;

    public Process(World world, string name)
    {
        _world = world;
        Name = name;
        _wire = new Wire(world, world.Notion);
        _faults.DelayBefore = _ => Stop(world.Scenario.StoreDelay * world.Random.NextDouble());
    }

    public string Name { get; }

    public bool Dead { get; private set; }

    public List<Upload> Uploads { get; } = [];

    public async Task OpenAsync()
    {
        var store = _world.Store.Connect(_faults);
        _client = await new SluiceClientBuilder()
            .UseToken("token")
            .UseOptions(_world.Scenario.Options())
            .UseTime(_world.Time)
            .UseRandom(new Random(_world.Random.Next()))
            .UseLimits(_world.Scenario.Limits)
            .UseApi(_wire)
            .UseIds(Name, () => $"{Name}-{++_ids}")
            .UseStore(_ => ValueTask.FromResult<ICheckpointStore>(store))
            .UseStateFolder("/nonexistent")
            .OpenAsync();
    }

    public Upload Start(SimulatedSource source, string to, Task? after = null)
    {
        var upload = new Upload(source, to, _client!.Start(new UploadRequest { Source = source, Name = source.Name, To = to, AttachAfter = after }));
        Uploads.Add(upload);
        return upload;
    }

    /// <summary>kill -9.</summary>
    public void Kill()
    {
        Dead = true;
        _wire.Dead = true;
        _faults.Dead = true;
    }

    /// <summary>SIGSTOP for a while, then SIGCONT: everything this process has in hand is late.</summary>
    public void Pause(TimeSpan duration) => _wire.StoppedUntil = _world.Time.Now + duration.Ticks;

    private TimeSpan Stop(TimeSpan delay)
    {
        var left = TimeSpan.FromTicks(_wire.StoppedUntil - _world.Time.Now);
        return left > delay ? left : delay;
    }
}

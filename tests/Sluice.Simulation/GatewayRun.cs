namespace Sluice.Simulation;

/// <summary>One seed of clients and gateways: clients come and go, gateways are killed, told to stop and started again on the same store and disk, until every client is over.</summary>
internal sealed class GatewayRun(World world) : IRun
{
    /// <summary>Steps of a few small uploads, to aim at.</summary>
    private const int Steps = 700;

    private readonly Scenario _scenario = world.Scenario;
    private readonly Random _random = world.Random;
    private readonly List<SimulatedClient> _clients = [];
    private int _kills;
    private int _terms;

    public (long Sent, long Bytes) Share => default;

    public GatewayPlan Plan => _scenario.Gateway!;

    /// <summary>The gateway that runs now.</summary>
    public Gateway? Gateway { get; private set; }

    public GatewayFront? Front => Gateway is { Process.Dead: false, Front: { } front } ? front : null;

    /// <summary>How many gateways there have been.</summary>
    public int Number { get; private set; }

    /// <summary>True once nothing runs any more.</summary>
    public bool Closed { get; private set; }

    public async Task GoAsync()
    {
        if (Plan.Room == 0)
        {
            await ServeAsync();
            return;
        }

        world.Folder = Directory.CreateTempSubdirectory("sluice-simulation-").FullName;
        try
        {
            await ServeAsync();
        }
        finally
        {
            world.Processes.ToList().ForEach(static p => p.Kill());
            Directory.Delete(world.Folder, recursive: true);
        }
    }

    private async Task ServeAsync()
    {
        world.Faults(_random);
        MakeClients();
        List<Task> running = [];
        while (running.Count == 0 || !running.TrueForAll(static r => r.IsCompleted))
        {
            // 1. A gateway starts.
            Number++;
            var gateway = new Gateway(world, Plan);
            Aim(gateway.Process);
            var opening = gateway.OpenAsync();
            Check(await world.RunUntilAsync(() => opening.IsCompleted || gateway.Process.Dead, TimeSpan.FromMinutes(30)), static () => "the gateway does not open");
            if (!gateway.Process.Dead)
            {
                await opening;
                Gateway = gateway;
                running = running.Count == 0 ? _clients.ConvertAll(static c => c.RunAsync()) : running;
                world.Look = () => GatewayInvariants.Always(world, gateway, Plan);
            }

            // 2. It serves until it is killed, told to stop, or all clients are over.
            var stopAt = _terms < Plan.Terms ? world.Time.Elapsed + TimeSpan.FromSeconds(_random.NextDouble() * _random.Next(1, 120)) : TimeSpan.MaxValue;
            await world.RunUntilAsync(() => gateway.Process.Dead || running.TrueForAll(static r => r.IsCompleted) || world.Time.Elapsed >= stopAt, stopAt == TimeSpan.MaxValue ? _scenario.Limit : stopAt - world.Time.Elapsed);
            Check(world.Time.Elapsed < _scenario.Limit, () => $"still open after {world.Time.Elapsed}: {Open()}");

            // 3. It goes, and nothing may be left of it.
            world.Look = static () => { };
            if (!gateway.Process.Dead)
            {
                _terms++;
                await CloseAsync(gateway);
            }
            else if (_scenario.PowerLoss)
            {
                world.Note("world", "power lost");
                world.Store.LosePower(_random);
                world.Written = world.Store.State.Uploads;
            }

            Gateway = null;
            await world.RunUntilAsync(static () => false, TimeSpan.FromSeconds(_random.Next(0, 15)));
        }

        // 4. Every client has heard how it ended, and what it heard is so.
        foreach (var client in running)
        {
            await client;
        }

        Closed = true;
        await world.RunUntilAsync(static () => false, TimeSpan.FromMinutes(3));
        Invariants.NothingTold(world);
        var mayFail = _scenario.MayExpire || Plan.Habits.Any(static h => h.Changes);
        Check(mayFail || _clients.TrueForAll(static c => c.Refused == 0), () => $"refused: {string.Join(", ", _clients.Where(static c => c.Refused > 0).Select(static c => $"{c.Name} {c.Refused}"))}: {Errors()}");
        Check(!Plan.NobodyGivesUp || _clients.TrueForAll(static c => c.GaveUp == 0), () => $"gave up: {string.Join(", ", _clients.Where(static c => c.GaveUp > 0).Select(static c => c.Name))}");
        GatewayInvariants.Ended(world, mayFail);
        if (!_scenario.MayExpire && _scenario.Kills + Plan.Terms == 0)
        {
            Invariants.NoneExpired(world);
        }
    }

    private void MakeClients()
    {
        for (var i = _random.Next(Plan.LeastClients, Plan.MostClients + 1); i > 0; i--)
        {
            var part = (int)_scenario.Limits.MinPartSize;
            var length = Math.Max(1, ((long)_random.Next(_scenario.LeastParts, _scenario.MostParts + 1) * part) - _random.Next(0, part));
            var bytes = new byte[length];
            _random.NextBytes(bytes);
            var file = new ClientFile($"file{i}.txt", bytes);
            world.Files.Add(file.Name, file);
            var link = new ClientLink(_scenario.Targets[_random.Next(_scenario.Targets.Count)]);
            for (var twin = Plan.Twice ? 2 : 1; twin > 0; twin--)
            {
                _clients.Add(new SimulatedClient(world, this, Plan.Habits[_random.Next(Plan.Habits.Length)], file, link));
            }
        }
    }

    /// <summary>Decides what will befall a gateway.</summary>
    private void Aim(Process process)
    {
        if (_kills >= _scenario.Kills || _random.Next(4) == 0)
        {
            return;
        }

        _kills++;
        if (_scenario.AtSteps)
        {
            process.KillAt = _random.Next(1, Steps);
        }
        else
        {
            world.Later(TimeSpan.FromSeconds(_random.NextDouble() * _random.Next(1, 200)), process.Kill);
        }
    }

    private async Task CloseAsync(Gateway gateway)
    {
        var closing = gateway.DisposeAsync().AsTask();
        Check(await world.RunUntilAsync(() => closing.IsCompleted || gateway.Process.Dead, TimeSpan.FromMinutes(15)), static () => "the gateway does not close");
        if (!gateway.Process.Dead)
        {
            await closing;
            await world.RunUntilAsync(static () => false, TimeSpan.FromSeconds(1));
            Invariants.NothingLeft(world, gateway.Process);
            gateway.Process.Kill();
        }
    }

    private string Open() => string.Join("; ", _clients.Where(static c => !c.Over).Select(c => $"{c.Name} at {c.Offset} of {c.File.Length}, gave up {c.GaveUp} times")) + ": " + Waits() + ": " + Errors();

    private string Waits() => string.Join(", ", Front?.Bodies.Select(static b => $"{b.Upload.Record.Name} is {b.Upload.Snapshot().State} and waits for {b.Upload.Snapshot().Wait}") ?? []);

    private string Errors() => string.Join(", ", world.Store.State.Uploads.Values.Select(static u => $"{u.Record.Name} {u.Record.State} {u.Record.Error}"));

    private static void Check(bool holds, Func<string> otherwise) => Violation.Unless(holds, otherwise);
}

namespace Sluice.Simulation;

/// <summary>One seed of one scenario: files are uploaded by processes that are killed, stopped and started again until everything is over.</summary>
internal sealed class Run(World world)
{
    private static readonly string[] Targets = [$"page:{World.Page}", $"page:{World.Page}::Files", $"database:{World.Database}"];

    private readonly Dictionary<SimulatedSource, string> _files = [];
    private readonly HashSet<SimulatedSource> _done = [];
    private readonly HashSet<SimulatedSource> _failed = [];

    /// <summary>A digest of what happened, to see that a seed replays.</summary>
    public string Trace => $"{world.Time.Now}:{world.Notion.Attachments.Count}:{world.Notion.Uploads.Sum(u => u.Sends.Values.Sum())}:{world.Random.Next()}";

    public async Task GoAsync()
    {
        var scenario = world.Scenario;
        var random = world.Random;
        MakeFiles();
        world.OutageUntil = scenario.Outage == TimeSpan.Zero ? TimeSpan.Zero : TimeSpan.FromSeconds(random.Next(1, 20)) + scenario.Outage;
        var killsLeft = scenario.Kills == 0 ? 0 : random.Next(1, scenario.Kills + 1);
        var kills = killsLeft;
        var pausesLeft = scenario.Pauses;
        var deadline = world.Time.Elapsed + scenario.Limit;
        for (var round = 0; Open().Count > 0; round++)
        {
            Check(round < 60 && world.Time.Elapsed < deadline, () => $"still open after {round} rounds and {world.Time.Elapsed}: {string.Join(", ", Open().Select(f => f.Name))}: {LastErrors()}");

            // 1. Processes start, each with everything that is still open.
            var processes = new List<Process>();
            for (var rival = 0; rival < scenario.Rivals; rival++)
            {
                var process = world.StartProcess();
                var opening = process.OpenAsync();
                await Must(() => opening.IsCompleted, TimeSpan.FromMinutes(5), "a process does not open");
                await opening;
                processes.Add(process);
                Task? before = null;
                foreach (var file in Open())
                {
                    before = process.Start(file, _files[file], before).Handle.Completion;
                }
            }

            // 2. They run to their end, or to a kill, a stop, or a change.
            var all = processes.SelectMany(p => p.Uploads).ToArray();
            var run = killsLeft > 0 || pausesLeft > 0 || scenario.Changes ? TimeSpan.FromSeconds(random.NextDouble() * random.Next(1, 120)) : scenario.Limit;
            var over = await world.RunUntilAsync(() => all.All(u => u.Over), run);
            if (!over && pausesLeft > 0)
            {
                pausesLeft--;
                processes[0].Pause(TimeSpan.FromSeconds(random.Next(5, 120)));
                var second = world.StartProcess();
                var opening = second.OpenAsync();
                await Must(() => opening.IsCompleted, TimeSpan.FromMinutes(5), "a second process does not open");
                foreach (var file in Open())
                {
                    second.Start(file, _files[file]);
                }

                all = [.. all, .. second.Uploads];
                over = await world.RunUntilAsync(() => all.All(u => u.Over), scenario.Limit);
            }
            else if (!over && killsLeft > 0)
            {
                killsLeft--;
                processes[random.Next(processes.Count)].Kill();
                if (processes.Any(p => !p.Dead))
                {
                    await world.RunUntilAsync(() => processes.Where(p => !p.Dead).SelectMany(p => p.Uploads).All(u => u.Over), scenario.Limit);
                }
                else if (scenario.PowerLoss)
                {
                    world.Store.LosePower(random);
                }
            }
            else if (!over && scenario.Changes)
            {
                ChangeAFile();
                over = await world.RunUntilAsync(() => all.All(u => u.Over), scenario.Limit);
            }

            // 3. What is over is judged.
            var living = processes.Where(p => !p.Dead).SelectMany(p => p.Uploads).ToArray();
            Check(over || living.All(u => u.Over), () => $"nothing moves any more: {string.Join("; ", living.Where(u => !u.Over).Select(u => $"{u.Source.Name} waits for {u.Handle.Snapshot().Wait}"))}");
            foreach (var upload in all.Where(u => u.Over))
            {
                await JudgeAsync(upload);
            }
        }

        // 4. Late effects still arrive; nothing may come of them.
        await world.RunUntilAsync(() => false, TimeSpan.FromMinutes(3));
        if (!scenario.Changes)
        {
            Invariants.AtTheEnd(world, _files.Keys, kills);
        }
    }

    private List<SimulatedSource> Open() => [.. _files.Keys.Where(f => !_done.Contains(f) && !_failed.Contains(f))];

    private string LastErrors() => string.Join("; ", world.Processes[^1].Uploads.Where(u => u.Over).Select(u => u.Handle.Completion.Result.Error?.ToString() ?? "done"));

    private void MakeFiles()
    {
        var random = world.Random;
        var scenario = world.Scenario;
        for (var i = random.Next(1, scenario.MostUploads + 1); i > 0; i--)
        {
            var parts = random.Next(scenario.LeastParts, scenario.MostParts + 1);
            var bytes = new byte[Math.Max(1, (parts * 2048) - random.Next(0, 2048))];
            random.NextBytes(bytes);
            _files.Add(new SimulatedSource($"file{i}.txt", bytes, !scenario.Relayed), Targets[random.Next(Targets.Length)]);
        }
    }

    private void ChangeAFile()
    {
        var open = Open();
        var file = open[world.Random.Next(open.Count)];
        file.Bytes[world.Random.Next(file.Bytes.Length)] ^= 0x55;

        // Half of the changes leave no trace in size and time: only the bytes can tell.
        file.Version += world.Random.Next(2);
    }

    private async Task JudgeAsync(Upload upload)
    {
        var result = await upload.Handle.Completion;
        switch (result.Status)
        {
            case UploadStatus.Done:
                if (!world.Scenario.Changes)
                {
                    Invariants.Done(world, upload, result);
                }

                _done.Add(upload.Source);
                break;
            case UploadStatus.Interrupted:
                Check(world.Scenario.Rivals > 1 || world.Scenario.Pauses > 0 || world.Scenario.Kills > 0 || world.Scenario.Relayed || world.Scenario.Faults == FaultPlan.Forgetful,
                    () => $"'{upload.Source.Name}' was interrupted for no reason of the scenario: {result.Error}");
                break;
            default:
                Check(world.Scenario.Changes && result.Error?.Code == Errors.ErrorCodes.SourceChanged, () => $"'{upload.Source.Name}' ended as {result.Status}: {result.Error}");
                _failed.Add(upload.Source);
                break;
        }
    }

    private async Task Must(Func<bool> over, TimeSpan limit, string otherwise) => Check(await world.RunUntilAsync(over, limit), () => otherwise);

    private static void Check(bool holds, Func<string> otherwise)
    {
        if (!holds)
        {
            throw new Violation(otherwise());
        }
    }
}

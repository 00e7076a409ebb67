using Sluice.Errors;

namespace Sluice.Simulation;

/// <summary>One seed of one scenario: files are uploaded by processes that are killed, stopped and started again until everything is over.</summary>
internal sealed class Run(World world) : IRun
{
    /// <summary>Steps of a small upload from its start to its end, to aim at.</summary>
    private const int Steps = 260;

    /// <summary>Processes that come while another is stopped, at most, in one round.</summary>
    private const int MostRivals = 6;

    private readonly Dictionary<SimulatedSource, string> _files = [];
    private readonly HashSet<SimulatedSource> _over = [];
    private readonly Scenario _scenario = world.Scenario;
    private readonly Random _random = world.Random;
    private int _kills;
    private int _stops;
    private int _leaves;
    private bool _changed;
    private SimulatedSource? _mustFail;
    private (string Name, long Offset)? _changedBetween;

    /// <summary>Bytes that were sent for a byte of a file: engine's count, files times generations.</summary>
    public (long Sent, long Bytes) Share { get; private set; }

    public async Task GoAsync()
    {
        MakeFiles();
        world.Faults(_random);

        var killsMade = 0;
        while (Open().Count > 0)
        {
            Check(world.Time.Elapsed < _scenario.Limit, () => $"still open after {world.Time.Elapsed}: {string.Join(", ", Open().Select(f => f.Name))}: {LastErrors()}");

            // 1. Processes start, each with everything that is still open, or its share.
            var processes = new List<Process>();
            for (var rival = 0; rival < _scenario.Rivals; rival++)
            {
                processes.Add(Aimed(world.StartProcess()));
                await StartAsync(processes[^1], rival);
            }

            // 2. They run to their end; whoever is stopped gets a second process beside it.
            await RunAsync(processes);

            // 3. What is over is judged, what lives is closed, and nothing may be left of it.
            killsMade += processes.Count(p => p.Dead);
            await JudgeAsync(processes);
            await CloseAsync(processes);
            if (_scenario.PowerLoss && processes.All(p => p.Dead))
            {
                world.Note("world", "power lost");
                world.Store.LosePower(_random);
                world.Written = world.Store.State.Uploads;
            }

            ChangeBetween();

            // A lease that nobody gave back runs out meanwhile.
            await world.RunUntilAsync(() => false, TimeSpan.FromSeconds(_random.Next(0, 20)));
        }

        // 4. Late effects still arrive; nothing may come of them.
        await world.RunUntilAsync(() => false, TimeSpan.FromMinutes(3));
        Invariants.NothingTold(world);
        if (!_scenario.Changes && !_scenario.ChangesBetween && _scenario.Targets[0] != "none")
        {
            Invariants.AttachedOnce(world, _files.Keys);
        }

        if (_scenario.Faults == FaultPlan.Calm && !_scenario.PowerLoss && _scenario.Stops == 0 && _scenario.Outage == TimeSpan.Zero && _scenario.BytesPerSecond == 0 && _scenario.StoreAway == TimeSpan.Zero)
        {
            Invariants.LittleIsSentAgain(world, killsMade);
        }

        if (_scenario.Ordered)
        {
            var order = world.Notion.Attachments.Select(a => a.Name).ToArray();
            Check(order.SequenceEqual(_files.Keys.Select(f => f.Name)), () => $"attached in the order {string.Join(", ", order)}");
        }

        if (!_scenario.MayExpire && !_scenario.Changes && _scenario.Kills + _scenario.Stops == 0)
        {
            Invariants.NoneExpired(world);
        }
    }

    private List<SimulatedSource> Open() => [.. _files.Keys.Where(f => !_over.Contains(f))];

    private string LastErrors() => string.Join("; ", world.Processes.SelectMany(p => p.Uploads).Where(u => u.Handle.Completion.IsCompletedSuccessfully).TakeLast(3).Select(u => u.Handle.Completion.Result.Error?.ToString() ?? "done"));

    private void MakeFiles()
    {
        for (var i = _random.Next(_scenario.LeastUploads, _scenario.MostUploads + 1); i > 0; i--)
        {
            var parts = _random.Next(_scenario.LeastParts, _scenario.MostParts + 1);
            var part = (int)(_scenario.PartSize ?? (_scenario.MostParts == 1 ? _scenario.Limits.MinPartSize : _scenario.Limits.MaxPartSize / 2));
            var length = Math.Max(1, ((long)parts * part) - _random.Next(0, part));
            var bytes = _scenario.Generated ? [] : new byte[length];
            _random.NextBytes(bytes);
            var file = new SimulatedSource($"file{i}.txt", bytes, !_scenario.Relayed, _scenario.Generated ? Math.Min(length, _scenario.Limits.MaxFileSize) : null);
            _files.Add(file, _scenario.Targets[_random.Next(_scenario.Targets.Count)]);
        }
    }

    /// <summary>Decides what will befall a process.</summary>
    private Process Aimed(Process process)
    {
        if (_kills < _scenario.Kills && _random.Next(4) > 0)
        {
            _kills++;
            if (_scenario.KillsAtAttach && _random.Next(2) == 0)
            {
                process.KillWhen = "connected for update";
            }
            else if (_scenario.AtSteps)
            {
                process.KillAt = _random.Next(1, Steps);
            }
            else
            {
                world.Later(TimeSpan.FromSeconds(_random.NextDouble() * _random.Next(1, 120)), process.Kill);
            }
        }

        if (_stops < _scenario.Stops)
        {
            _stops++;
            process.StopFor = _scenario.LongestStop * _random.NextDouble() * _random.NextDouble();
            if (_scenario.StopsAtAttach && _random.Next(2) == 0)
            {
                process.StopWhen = _random.Next(2) == 0 ? "connected for update" : "call update";
                process.StopFor = TimeSpan.FromSeconds(_random.Next(35, 115));
            }
            else
            {
                process.StopAt = _random.Next(1, _scenario.AtSteps ? Steps : Steps * 3);
            }
        }

        return process;
    }

    private async Task StartAsync(Process process, int share)
    {
        var opening = process.OpenAsync();
        Check(await world.RunUntilAsync(() => opening.IsCompleted || process.Dead, TimeSpan.FromMinutes(30)), () => $"{process.Name} does not open");
        if (process.Dead)
        {
            return;
        }

        await opening;
        Task? before = null;
        foreach (var (file, index) in Open().Select((f, i) => (f, i)))
        {
            if (!_scenario.Shares || index % _scenario.Rivals == share)
            {
                var upload = process.Start(file, _files[file], _scenario.Shares ? null : before);
                Watch(file);
                before = upload.Handle.Completion;
            }
        }
    }

    private async Task RunAsync(List<Process> processes)
    {
        if (_leaves < _scenario.Leaves)
        {
            _leaves++;
            await world.RunUntilAsync(() => AllOver(processes), TimeSpan.FromSeconds(_random.NextDouble() * _random.Next(1, 60)));
            await LeaveAsync(processes[0]);
            return;
        }

        if (_scenario.Changes && !_changed)
        {
            _changed = true;
            await world.RunUntilAsync(() => AllOver(processes), TimeSpan.FromSeconds(_random.NextDouble() * _random.Next(1, 12)));
            ChangeAFile();
        }

        for (var rivals = 0; ;)
        {
            Check(
                await world.RunUntilAsync(() => AllOver(processes) || (rivals < MostRivals && NobodyWorks(processes)), _scenario.Limit),
                () => $"nothing moves any more: {string.Join("; ", processes.Where(p => !p.Dead).SelectMany(p => p.Uploads).Where(u => !u.Over).Select(u => $"{u.Source.Name} ({u.Handle.Snapshot().State}) waits for {u.Handle.Snapshot().Wait}"))}");
            if (AllOver(processes))
            {
                return;
            }

            // Somebody is stopped, and his leases run out while others come and look.
            rivals++;
            await world.RunUntilAsync(() => !NobodyWorks(processes), TimeSpan.FromSeconds(_random.Next(0, 45)));
            if (NobodyWorks(processes))
            {
                await JudgeAsync(processes);
                processes.Add(world.StartProcess());
                await StartAsync(processes[^1], 0);
            }
        }
    }

    private static bool NobodyWorks(List<Process> processes) =>
        processes.Exists(Stopped) && processes.TrueForAll(p => p.Dead || Stopped(p) || (p.IsOpen && p.Uploads.TrueForAll(u => u.Over)));

    private static bool Stopped(Process process) => !process.Dead && process.Time.StoppedFor > TimeSpan.Zero;

    private static bool AllOver(List<Process> processes) => processes.TrueForAll(p => p.Dead || (p.IsOpen && p.Uploads.TrueForAll(u => u.Over)));

    /// <summary>Ctrl-C: within the grace everything is over, and nothing of what was acknowledged is lost.</summary>
    private async Task LeaveAsync(Process process)
    {
        var grace = TimeSpan.FromSeconds(_random.Next(1, 9));
        var stopping = Task.WhenAll(process.Uploads.Select(u => u.Handle.StopAsync(grace)));
        Check(await world.RunUntilAsync(() => stopping.IsCompleted, grace + TimeSpan.FromSeconds(1)), () => "a stop took longer than its grace");
        await stopping;
    }

    private async Task CloseAsync(List<Process> processes)
    {
        foreach (var process in processes.Where(p => !p.Dead))
        {
            var closing = process.Client.DisposeAsync().AsTask();
            Check(await world.RunUntilAsync(() => closing.IsCompleted || process.Dead, TimeSpan.FromMinutes(15)), () => $"{process.Name} does not close");
            if (!process.Dead)
            {
                await closing;
                await world.RunUntilAsync(() => false, TimeSpan.FromSeconds(1));
                Invariants.NothingLeft(world, process);
            }

            process.Kill();
        }
    }

    private void ChangeAFile()
    {
        if (Open() is { Count: > 0 } open)
        {
            var file = open[_random.Next(open.Count)];
            file.Bytes[_random.Next(file.Bytes.Length)] ^= 0x55;

            // Half of the changes leave no trace in size and time: only the bytes can tell.
            var traced = _random.Next(2);
            file.Version += traced;

            // What leaves a trace before the last call is meant must not be told as done.
            var record = world.Store.State.Uploads.Values.FirstOrDefault(u => u.Record.Name == file.Name)?.Record;
            _mustFail = traced > 0 && file.Opened > 0 && (record is null || record is { Intent: null, Generation: null or { Completed: false }, State: not Checkpoints.UploadState.Done }) ? file : null;
        }
    }

    /// <summary>11. Changes a byte that is recorded, while nobody works.</summary>
    private void ChangeBetween()
    {
        if (!_scenario.ChangesBetween || _changed || Open() is not [var file])
        {
            return;
        }

        var kept = world.Store.State.Uploads.Values.FirstOrDefault(u => u.Record is { Generation: not null, State: Checkpoints.UploadState.Transferring } && u.Parts.Count > 0);
        if (kept is null)
        {
            return;
        }

        var plan = kept.Record.Generation!.Plan;
        var number = kept.Parts.Keys.ElementAt(_random.Next(kept.Parts.Count));
        var offset = plan.OffsetOf(number) + _random.Next((int)plan.LengthOf(number));
        file.Bytes[offset] ^= 0x55;
        _changed = true;
        _changedBetween = (file.Name, plan.EndOf(number));
        world.Note("world", $"byte {offset} changed, part {number} is recorded");
    }

    /// <summary>11. Nothing behind a difference is even read, let alone sent.</summary>
    private void Watch(SimulatedSource file)
    {
        if (_changedBetween is { } change && change.Name == file.Name)
        {
            file.Read = offset => world.Guard(() => Check(offset < change.Offset, () => $"byte {offset} was read, the source differs before {change.Offset}"));
        }
    }

    private async Task JudgeAsync(List<Process> processes)
    {
        foreach (var upload in processes.SelectMany(p => p.Uploads).Where(u => u.Over && !u.Judged))
        {
            upload.Judged = true;
            var result = await upload.Handle.Completion;
            world.Log.Look(result.ToString());
            switch (result.Status)
            {
                case UploadStatus.Done:
                    Invariants.Done(world, upload, result);
                    Check(upload.Source != _mustFail, () => $"'{upload.Source.Name}' is done although its time of change moved meanwhile");
                    Check(_changedBetween?.Name != upload.Source.Name, () => $"'{upload.Source.Name}' is done although a recorded byte of it has changed");
                    Count(upload, result);
                    _over.Add(upload.Source);
                    break;
                case UploadStatus.Interrupted:
                    Check(MayInterrupt(result), () => $"'{upload.Source.Name}' was interrupted for no reason of the scenario: {result.Error}");
                    break;
                default:
                    Check((_scenario.Changes || _changedBetween is not null) && result.Error?.Code == ErrorCodes.SourceChanged, () => $"'{upload.Source.Name}' ended as {result.Status}: {result.Error}");
                    _over.Add(upload.Source);
                    break;
            }
        }
    }

    private void Count(Upload upload, UploadResult result)
    {
        if (!result.AlreadyDone && result.ResumedFrom == 0)
        {
            Share = (Share.Sent + result.BytesSent, Share.Bytes + (upload.Source.Length * Math.Max(1, upload.Handle.Snapshot().Generation)));
        }
    }

    private bool MayInterrupt(UploadResult result) => result.Error?.Code.Name switch
    {
        "locked" => _scenario.Rivals > 1 || _scenario.Stops > 0 || (_scenario.Kills > 0 && !_scenario.DeathIsKnown),
        "interrupted" => _scenario.Leaves > 0 || _scenario.Relayed || _scenario.StoreAway > TimeSpan.Zero,
        "upload_expired" => _scenario.MayExpire,
        _ => false,
    };

    private static void Check(bool holds, Func<string> otherwise) => Violation.Unless(holds, otherwise);
}

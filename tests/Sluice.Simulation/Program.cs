using System.Diagnostics;
using System.Globalization;
using Sluice.Simulation;

// The deterministic simulation: the whole engine on virtual time, one thread, a model of Notion and a store that survives its
// processes. A seed always does the same; a failing one says how to replay it. docs/testing.md has more.
//   Sluice.Simulation [--seeds N] [--from N] [--scenario NAME] [--replay-check] [--trace] [--list]
var seeds = 100UL;
var from = 1UL;
string? only = null;
var (replay, trace, list) = (false, false, false);
for (var i = 0; i < args.Length; i++)
{
    switch (args[i])
    {
        case "--seeds": seeds = ulong.Parse(args[++i], CultureInfo.InvariantCulture); break;
        case "--from": from = ulong.Parse(args[++i], CultureInfo.InvariantCulture); break;
        case "--scenario": only = args[++i]; break;
        case "--replay-check": replay = true; break;
        case "--trace": trace = true; break;
        case "--list": list = true; break;
        default:
            Console.Error.WriteLine($"Unknown option '{args[i]}'. Options: --seeds N --from N --scenario NAME --replay-check --trace --list");
            return 2;
    }
}

if (list)
{
    Console.WriteLine(string.Join('\n', Scenarios.All.Select(s => s.Name)));
    return 0;
}

ThreadPool.SetMinThreads(1, 1);
ThreadPool.SetMaxThreads(1, 1);
var scenarios = Scenarios.All.Where(s => only is null || s.Name == only).ToArray();
if (scenarios.Length == 0)
{
    Console.Error.WriteLine($"There is no scenario '{only}'; --list shows them.");
    return 2;
}

return await Task.Run(async () =>
{
    var failed = 0;
    foreach (var scenario in scenarios)
    {
        failed += await AllSeedsAsync(scenario, from, Math.Min(seeds, scenario.MostSeeds), replay, trace);
    }

    return failed == 0 ? 0 : 1;
});

static async Task<int> AllSeedsAsync(Scenario scenario, ulong from, ulong seeds, bool replay, bool trace)
{
    const int MostFailures = 3;
    var (failed, sent, bytes) = (0, 0L, 0L);
    var virtualTime = TimeSpan.Zero;
    var watch = Stopwatch.StartNew();
    for (var seed = from; seed < from + seeds && failed < MostFailures; seed++)
    {
        var (happened, elapsed, share, error) = await OneAsync(seed, scenario, trace);
        virtualTime += elapsed;
        (sent, bytes) = (sent + share.Sent, bytes + share.Bytes);
        if (replay && error is null)
        {
            var (again, _, _, _) = await OneAsync(seed, scenario, trace);
            error = again == happened ? null : $"does not replay: {happened:x} and then {again:x}";
        }

        if (error is not null)
        {
            failed++;
            Console.WriteLine($"FAILED {scenario.Name} seed {seed}: {error}");
            Console.WriteLine($"  replay: dotnet run --project tests/Sluice.Simulation -- --scenario {scenario.Name} --from {seed} --seeds 1 --trace");
        }
    }

    // Shares mean something over many uploads only.
    var ratio = bytes == 0 ? 0 : (double)sent / bytes;
    if (failed == 0 && seeds >= 20 && scenario.MostSent > 0 && ratio > scenario.MostSent)
    {
        failed++;
        Console.WriteLine($"FAILED {scenario.Name}: {ratio:F3} bytes were sent for each byte of a file, {scenario.MostSent} are allowed");
    }

    Console.WriteLine($"{scenario.Name}: {seeds} seeds, {virtualTime.TotalHours:F0} virtual hours in {watch.Elapsed.TotalSeconds:F1} s, {ratio:F3} bytes sent a byte");
    return failed;
}

static async Task<(ulong Trace, TimeSpan Elapsed, (long Sent, long Bytes) Share, string? Error)> OneAsync(ulong seed, Scenario scenario, bool trace)
{
    var world = new World(seed, scenario, trace);
    IRun run = scenario.Gateway is null ? new Run(world) : new GatewayRun(world);
    try
    {
        await run.GoAsync();
        return (world.Trace, world.Time.Elapsed, run.Share, null);
    }
    catch (Violation violation)
    {
        return (world.Trace, world.Time.Elapsed, run.Share, violation.Message);
    }
    catch (Exception e)
    {
        return (world.Trace, world.Time.Elapsed, run.Share, e.ToString());
    }
}

using System.Diagnostics;
using System.Globalization;
using Sluice.Simulation;

// The deterministic simulation: the whole engine on virtual time, one thread, a model of Notion and a store that survives its
// processes. A seed always does the same; a failing one says how to replay it.
//   Sluice.Simulation [--seeds N] [--from N] [--scenario NAME] [--replay-check]
var seeds = 200UL;
var from = 1UL;
string? only = null;
var replay = false;
for (var i = 0; i < args.Length; i++)
{
    switch (args[i])
    {
        case "--seeds": seeds = ulong.Parse(args[++i], CultureInfo.InvariantCulture); break;
        case "--from": from = ulong.Parse(args[++i], CultureInfo.InvariantCulture); break;
        case "--scenario": only = args[++i]; break;
        case "--replay-check": replay = true; break;
        default:
            Console.Error.WriteLine($"Unknown option '{args[i]}'. Options: --seeds N --from N --scenario {string.Join('|', Scenario.All.Select(s => s.Name))} --replay-check");
            return 2;
    }
}

ThreadPool.SetMinThreads(1, 1);
ThreadPool.SetMaxThreads(1, 1);
var scenarios = Scenario.All.Where(s => only is null || s.Name == only).ToArray();
if (scenarios.Length == 0)
{
    Console.Error.WriteLine($"There is no scenario '{only}'.");
    return 2;
}

return await Task.Run(async () =>
{
    var failed = 0;
    foreach (var scenario in scenarios)
    {
        var watch = Stopwatch.StartNew();
        var virtualTime = TimeSpan.Zero;
        for (var seed = from; seed < from + seeds; seed++)
        {
            var (trace, elapsed, error) = await OneAsync(seed, scenario);
            virtualTime += elapsed;
            if (replay && error is null)
            {
                var (again, _, _) = await OneAsync(seed, scenario);
                error = again == trace ? null : $"does not replay: {trace} and then {again}";
            }

            if (error is not null)
            {
                failed++;
                Console.WriteLine($"FAILED {scenario.Name} seed {seed}: {error}");
                Console.WriteLine($"  replay: dotnet run --project tests/Sluice.Simulation -- --scenario {scenario.Name} --from {seed} --seeds 1");
                if (failed >= 10)
                {
                    return 1;
                }
            }
        }

        Console.WriteLine($"{scenario.Name}: {seeds} seeds, {virtualTime.TotalHours:F0} virtual hours in {watch.Elapsed.TotalSeconds:F1} s");
    }

    return failed == 0 ? 0 : 1;
});

static async Task<(string Trace, TimeSpan Elapsed, string? Error)> OneAsync(ulong seed, Scenario scenario)
{
    var world = new World(seed, scenario);
    var run = new Run(world);
    try
    {
        await run.GoAsync();
        return (run.Trace, world.Time.Elapsed, null);
    }
    catch (Violation violation)
    {
        return (run.Trace, world.Time.Elapsed, violation.Message);
    }
    catch (Exception e)
    {
        return (run.Trace, world.Time.Elapsed, e.ToString());
    }
}

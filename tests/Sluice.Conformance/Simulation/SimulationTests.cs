using System.Diagnostics;
using System.Globalization;
using Xunit;

namespace Sluice.Conformance.Simulation;

/// <summary>
/// Runs the deterministic simulation (tests/Sluice.Simulation) as a process of its own, because it needs a thread pool of one
/// thread. <c>SLUICE_SIMULATION</c> names it, <c>SLUICE_SEEDS</c> is the number of seeds over all scenarios.
/// </summary>
public sealed class SimulationTests
{
    private const int DefaultSeeds = 2000;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(20);

    private static readonly string[] Scenarios =
    [
        "calm", "flaky", "rough", "outage", "outage-long", "forgetful",
        "kill", "kill-calm", "kill-rough", "kill-steps", "kill-steps-flaky", "kill-interval", "power", "power-steps", "leave",
        "stop", "stop-steps", "stop-property", "stop-forgetful", "skew", "rivals", "two-nodes",
        "store-away", "store-slow", "slow-link", "small-budget", "learned-budget", "long-wait", "hour", "hour-25",
        "relay", "memory", "changes", "changes-between", "single", "free-plan", "ordered", "property", "rows",
        "relay-calm", "relay-rough", "relay-outage", "relay-phones", "relay-phones-disk", "relay-twins", "relay-kill", "relay-kill-disk", "relay-kill-steps", "relay-power",
        "relay-term", "relay-term-disk", "relay-forgetful", "relay-store-away", "relay-store-slow", "relay-changes", "relay-memory", "relay-budget", "relay-hour-25",
    ];

    public static TheoryData<string> Names => [.. Scenarios];

    private static int SeedsEach
    {
        get
        {
            var seeds = int.Parse(Environment.GetEnvironmentVariable("SLUICE_SEEDS") ?? DefaultSeeds.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
            return Math.Max(1, (seeds + Scenarios.Length - 1) / Scenarios.Length);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task No_seed_breaks_what_never_breaks(string scenario)
    {
        var text = await RunAsync("--scenario", scenario, "--seeds", SeedsEach.ToString(CultureInfo.InvariantCulture));
        Assert.Contains($"{scenario}: ", text, StringComparison.Ordinal);
        Assert.DoesNotContain($"{scenario}: 0 seeds", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_seed_always_does_the_same()
    {
        var text = await RunAsync("--seeds", "2", "--replay-check");
        Assert.All(Scenarios, scenario => Assert.Contains($"{scenario}: ", text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Every_scenario_is_run_here()
    {
        var text = await RunAsync("--list");
        Assert.Equal(Scenarios, text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
    }

    /// <summary>Runs to the end; a seed that failed fails the test with what the program said about it.</summary>
    private static async Task<string> RunAsync(params string[] arguments)
    {
        var path = Environment.GetEnvironmentVariable("SLUICE_SIMULATION")
            ?? Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "Sluice.Simulation", new DirectoryInfo(AppContext.BaseDirectory).Name, "Sluice.Simulation"));
        using var child = Process.Start(new ProcessStartInfo(path, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        using var timer = TimeProvider.System.CreateTimer(static source => ((CancellationTokenSource)source!).Cancel(), bound, Limit, Timeout.InfiniteTimeSpan);
        try
        {
            var errors = child.StandardError.ReadToEndAsync(bound.Token);
            var text = await child.StandardOutput.ReadToEndAsync(bound.Token);
            await child.WaitForExitAsync(bound.Token);
            Assert.True(child.ExitCode == 0, text + await errors);
            return text;
        }
        finally
        {
            if (!child.HasExited)
            {
                child.Kill();
            }
        }
    }
}

using System.CommandLine;
using Sluice.Cli.Output;
using Sluice.Settings;
using Sluice.Simulator;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice simulate</c>: a local stand-in for Notion's API, until Ctrl-C.</summary>
internal sealed class SimulateCommand : ICliCommand
{
    private readonly World _world;
    private readonly Option<string> _listen = new("--listen") { HelpName = "url", Description = "Where to listen; port 0: a free one.", DefaultValueFactory = _ => "http://127.0.0.1:8090" };
    private readonly Option<string> _profile = new("--profile") { HelpName = "name", Description = "Which faults: calm, flaky, rough, outage or forgetful.", DefaultValueFactory = _ => "calm" };
    private readonly Option<ulong> _seed = new("--seed") { HelpName = "n", Description = "The same seed gives the same faults.", DefaultValueFactory = _ => 1 };
    private readonly Option<string> _plan = new("--plan") { HelpName = "name", Description = "The workspace's plan: free, plus or business.", DefaultValueFactory = _ => "plus" };
    private readonly Option<string?> _rate = new("--rate") { HelpName = "n|off", Description = "Requests a minute for each token. Default: the plan's." };
    private readonly Option<string?> _script = new("--script") { HelpName = "file", Description = "Faults by rules; see docs/simulator.md." };
    private readonly Option<string?> _store = new("--store") { HelpName = "dir", Description = "Keep stored bytes there. Default: a temporary folder." };
    private readonly Option<string?> _latency = new("--latency") { HelpName = "duration", Description = "Added to every answer." };
    private readonly Option<string?> _bandwidth = new("--bandwidth") { HelpName = "size", Description = "Body bytes taken a second, for each request." };

    public SimulateCommand(World world)
    {
        _world = world;
        Command = new Command("simulate", "Run a local stand-in for Notion's API, with faults on demand.");
        foreach (var option in new Option[] { _listen, _profile, _seed, _plan, _rate, _script, _store, _latency, _bandwidth })
        {
            Command.Options.Add(option);
        }

        Command.SetAction((result, _) => RunAsync(result));
    }

    public Command Command { get; }

    public void Check(ParseResult result, List<string> problems) => Read(result, problems);

    private SimulatorOptions Read(ParseResult result, List<string> problems)
    {
        var listen = result.Given(_listen) ?? "";
        if (!Uri.TryCreate(listen, UriKind.Absolute, out var uri) || uri.Scheme != Uri.UriSchemeHttp || !(uri.Host == "localhost" || System.Net.IPAddress.TryParse(uri.Host, out _)))
        {
            problems.Add($"--listen {listen}: write http://<ip address>:<port>, such as http://127.0.0.1:8090.");
        }

        if (result.Given(_profile) is not ("calm" or "flaky" or "rough" or "outage" or "forgetful"))
        {
            problems.Add($"--profile {result.Given(_profile)}: the profiles are calm, flaky, rough, outage and forgetful.");
        }

        if (result.Given(_plan) is not ("free" or "plus" or "business"))
        {
            problems.Add($"--plan {result.Given(_plan)}: the plans are free, plus and business.");
        }

        int? rate = null;
        if (result.Given(_rate) is { } text)
        {
            rate = text == "off" ? 0 : int.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var n) && n > 0 ? n : -1;
            if (rate < 0)
            {
                problems.Add($"--rate {text}: write a whole number of requests a minute, or off.");
            }
        }

        var latency = TimeSpan.Zero;
        if (result.Given(_latency) is { } wait && !SettingText.TryDuration(wait, out latency))
        {
            problems.Add($"--latency {wait}: write a duration such as 500ms or 2s.");
        }

        var bandwidth = 0L;
        if (result.Given(_bandwidth) is { } speed && !SettingText.TryBytes(speed, out bandwidth))
        {
            problems.Add($"--bandwidth {speed}: write a size such as 5MiB.");
        }

        if (result.Given(_script) is { } script && !File.Exists(script))
        {
            problems.Add($"--script {script}: there is no such file.");
        }

        return new SimulatorOptions
        {
            Listen = listen,
            Profile = result.Given(_profile)!,
            Seed = result.Given(_seed),
            Plan = result.Given(_plan)!,
            RequestsPerMinute = rate,
            Script = result.Given(_script),
            Store = result.Given(_store),
            Latency = latency,
            Bandwidth = bandwidth,
        };
    }

    private async Task<int> RunAsync(ParseResult result)
    {
        List<string> problems = [];
        var options = Read(result, problems);
        if (problems.Count > 0)
        {
            return Usage.Report(_world, Command, problems);
        }

        SimulatorHost simulator;
        try
        {
            simulator = await SimulatorHost.StartAsync(options, _world.Stop.Soft);
        }
        catch (Exception e) when (e is IOException or FormatException or System.Text.Json.JsonException)
        {
            await _world.Error.WriteLineAsync($"sluice: the simulator does not start: {e.Message}");
            return ExitCode.NotStarted;
        }

        await using (simulator)
        {
            var address = simulator.Address.ToString().TrimEnd('/');
            await _world.Out.WriteLineAsync($"The Notion simulator listens at {address} (profile {options.Profile}, plan {options.Plan}). Ctrl-C ends it.");
            await _world.Out.WriteLineAsync($"  export SLUICE_NOTION_URL={address} NOTION_TOKEN=any");
            await _world.Out.WriteLineAsync($"  page     00000000-0000-4000-8000-000000000001");
            await _world.Out.WriteLineAsync($"  database 00000000-0000-4000-8000-000000000002");
            await _world.Out.WriteLineAsync($"  what it saw: {address}/_sim/stats, {address}/_sim/uploads");
            await _world.Out.FlushAsync(CancellationToken.None);
            await WaitAsync();
        }

        return ExitCode.Done;
    }

    private async Task WaitAsync()
    {
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, _world.Time, _world.Stop.Soft);
        }
        catch (OperationCanceledException)
        {
            // Ctrl-C is how this ends.
        }
    }
}

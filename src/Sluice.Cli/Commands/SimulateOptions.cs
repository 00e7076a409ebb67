using System.CommandLine;
using System.Globalization;
using System.Net;
using Sluice.Settings;
using Sluice.Simulator;

namespace Sluice.Cli.Commands;

/// <summary>The options of <c>simulate</c>.</summary>
internal sealed class SimulateOptions
{
    private readonly Option<string> _listen = new("--listen") { HelpName = "url", Description = "Where to listen; port 0: a free one.", DefaultValueFactory = _ => "http://127.0.0.1:8090" };
    private readonly Option<string> _profile = new("--profile") { HelpName = "name", Description = "Which faults: calm, flaky, rough, outage or forgetful.", DefaultValueFactory = _ => "calm" };
    private readonly Option<ulong> _seed = new("--seed") { HelpName = "n", Description = "The same seed gives the same faults.", DefaultValueFactory = _ => 1 };
    private readonly Option<string> _plan = new("--plan") { HelpName = "name", Description = "The workspace's plan: free, plus or business.", DefaultValueFactory = _ => "plus" };
    private readonly Option<string?> _rate = new("--rate") { HelpName = "n|off", Description = "Requests a minute for each token. Default: the plan's." };
    private readonly Option<string?> _script = new("--script") { HelpName = "file", Description = "Faults by rules; see docs/simulator.md." };
    private readonly Option<string?> _store = new("--store") { HelpName = "dir", Description = "Keep stored bytes there. Default: digests only; files cannot be read back." };
    private readonly Option<string?> _latency = new("--latency") { HelpName = "duration", Description = "Added to every answer." };
    private readonly Option<string?> _bandwidth = new("--bandwidth") { HelpName = "size", Description = "Body bytes taken a second, over all requests." };

    public void AddTo(Command command)
    {
        Option[] options = [_listen, _profile, _seed, _plan, _rate, _script, _store, _latency, _bandwidth];
        foreach (var option in options)
        {
            command.Options.Add(option);
        }
    }

    /// <summary>Reads what was given; what is wrong goes to <paramref name="problems"/>.</summary>
    public SimulatorOptions Read(ParseResult result, List<string> problems)
    {
        var options = new SimulatorOptions
        {
            Listen = result.Given(_listen) ?? "",
            Profile = result.Given(_profile) ?? "",
            Seed = result.Given(_seed),
            Plan = result.Given(_plan) ?? "",
            RequestsPerMinute = Rate(result.Given(_rate), problems),
            Script = result.Given(_script),
            Store = result.Given(_store),
            Latency = Latency(result.Given(_latency), problems),
            Bandwidth = Bandwidth(result.Given(_bandwidth), problems),
        };
        Check(options, problems);
        return options;
    }

    private static void Check(SimulatorOptions options, List<string> problems)
    {
        if (!Uri.TryCreate(options.Listen, UriKind.Absolute, out var uri) || uri.Scheme != Uri.UriSchemeHttp || !(uri.Host == "localhost" || IPAddress.TryParse(uri.Host, out _)))
        {
            problems.Add($"--listen {options.Listen}: write http://<ip address>:<port>, such as http://127.0.0.1:8090.");
        }

        if (options.Profile is not ("calm" or "flaky" or "rough" or "outage" or "forgetful"))
        {
            problems.Add($"--profile {options.Profile}: the profiles are calm, flaky, rough, outage and forgetful.");
        }

        if (options.Plan is not ("free" or "plus" or "business"))
        {
            problems.Add($"--plan {options.Plan}: the plans are free, plus and business.");
        }

        if (options.Script is { } script && !File.Exists(script))
        {
            problems.Add($"--script {script}: there is no such file.");
        }
    }

    private static int? Rate(string? text, List<string> problems)
    {
        if (text is null or "off")
        {
            return text is null ? null : 0;
        }

        if (!int.TryParse(text, CultureInfo.InvariantCulture, out var rate) || rate < 1)
        {
            problems.Add($"--rate {text}: write a whole number of requests a minute, or off.");
        }

        return rate;
    }

    private static TimeSpan Latency(string? text, List<string> problems)
    {
        var latency = TimeSpan.Zero;
        if (text is not null && !SettingText.TryDuration(text, out latency))
        {
            problems.Add($"--latency {text}: write a duration such as 500ms or 2s.");
        }

        return latency;
    }

    private static long Bandwidth(string? text, List<string> problems)
    {
        var bandwidth = 0L;
        if (text is not null && !SettingText.TryBytes(text, out bandwidth))
        {
            problems.Add($"--bandwidth {text}: write a size such as 5MiB.");
        }

        return bandwidth;
    }
}

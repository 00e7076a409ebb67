using System.CommandLine;
using System.Globalization;
using Sluice.Cli.Configuration;
using Sluice.Cli.Output;
using Sluice.Cli.State;
using Sluice.Errors;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice doctor</c>: token, workspace limit, reachability, clock, machine limits, profile, and every setting with where it came from.</summary>
internal sealed class DoctorCommand : ICliCommand
{
    private readonly World _world;
    private readonly Option<bool> _json = new("--json") { Description = "Print one JSON object." };
    private readonly CommonOptions _common = new();

    public DoctorCommand(World world)
    {
        _world = world;
        Command = new Command("doctor", "Check token, workspace limit, reachability and clock; show machine limits and every setting with its origin.");
        Command.Options.Add(_json);
        _common.AddTo(Command);
        Command.SetAction((result, _) => RunAsync(result));
    }

    public Command Command { get; }

    public void Check(ParseResult result, List<string> problems) => Read(result, problems);

    private (CommonArguments Common, LoadedSettings Settings, string Data) Read(ParseResult result, List<string> problems)
    {
        var common = _common.Read(result, problems);
        var data = DataFolder.Find(_world, common.Data);
        var settings = SettingLayers.Load(_world, data, common.Assignments);
        problems.AddRange(settings.Problems);
        return (common, settings, data);
    }

    private async Task<int> RunAsync(ParseResult result)
    {
        List<string> problems = [];
        var (common, settings, data) = Read(result, problems);
        if (problems.Count > 0)
        {
            return Usage.Report(_world, Command, problems);
        }

        var (tokenFrom, info, error) = await AskAsync(settings, data, common);
        var report = DoctorLine.Of(settings, data, tokenFrom, info, error);
        if (result.Given(_json))
        {
            await _world.Out.WriteLineAsync(JsonLines.Of(report));
        }
        else
        {
            await ShowAsync(report);
        }

        if (error is not null)
        {
            await _world.Error.WriteLineAsync(ResultText.Problem(error));
        }

        return error?.Code.ExitCode ?? ExitCode.Done;
    }

    private async Task<(string? TokenFrom, ConnectionInfo? Info, SluiceError? Error)> AskAsync(LoadedSettings settings, string data, CommonArguments common)
    {
        string? tokenFrom = null;
        try
        {
            tokenFrom = TokenSource.Find(_world, settings.Options.Notion.TokenFile).Origin;
            await using var session = await ClientSession.OpenAsync(_world, settings, data, common.LogLevel, _world.Stop.Soft);
            return (tokenFrom, await session.Client.CheckAsync(_world.Stop.Soft), null);
        }
        catch (SluiceException e)
        {
            return (tokenFrom, null, e.Error);
        }
    }

    private async Task ShowAsync(DoctorLine report)
    {
        await LineAsync("Notion", report.NotionUrl);
        await LineAsync("Token", report.TokenFrom is null ? "none" : $"from {report.TokenFrom}");
        if (report is { MaxFileSize: { } most, RoundTripSeconds: { } roundTrip, ClockSkewSeconds: { } skew })
        {
            await LineAsync("Connection", $"{report.BotName ?? report.BotId} in {report.Workspace ?? "a workspace without a name"}");
            await LineAsync("Largest file", $"{most:N0} bytes{(most <= 5 << 20 ? " (a free plan: single-part uploads only)" : "")}");
            await LineAsync("Round trip", Quantity.Duration(TimeSpan.FromSeconds(roundTrip)));
            await LineAsync("Clock", string.Create(CultureInfo.InvariantCulture, $"{Math.Abs(skew):F1} s {(skew < 0 ? "ahead of" : "behind")} Notion's"));
        }

        await LineAsync("State folder", report.Data);
        await LineAsync("Spool", report.Spool);
        await LineAsync("Memory limit", report.MemoryLimitBytes is { } bytes ? $"{bytes >> 20:N0} MiB, by the control group" : "none by a control group");
        await LineAsync("CPU quota", report.CpuQuota is { } cpus ? string.Create(CultureInfo.InvariantCulture, $"{cpus:0.##} cores, by the control group") : $"none; {Environment.ProcessorCount} cores");
        await LineAsync("Profile", $"{report.Profile} (small: at most 1 GiB or half a core)");
        await _world.Out.WriteLineAsync();
        foreach (var setting in report.Settings)
        {
            await _world.Out.WriteLineAsync($"{setting.Name,-36} {Plain.Text(setting.Value),-26} {Plain.Text(setting.Origin)}");
        }
    }

    private Task LineAsync(string name, string value) => _world.Out.WriteLineAsync($"{name,-14} {Plain.Text(value)}");
}

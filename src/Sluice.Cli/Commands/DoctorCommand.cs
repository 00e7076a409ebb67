using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Sluice.Cli.Configuration;
using Sluice.Cli.Output;
using Sluice.Cli.State;
using Sluice.Errors;
using Sluice.Settings;

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

    private (LoadedSettings Settings, string Data) Read(ParseResult result, List<string> problems)
    {
        var common = _common.Read(result, problems);
        var data = DataFolder.Find(_world, common.Data);
        var settings = SettingLayers.Load(_world, data, common.Assignments);
        problems.AddRange(settings.Problems);
        return (settings, data);
    }

    private async Task<int> RunAsync(ParseResult result)
    {
        List<string> problems = [];
        var (settings, data) = Read(result, problems);
        if (problems.Count > 0)
        {
            return Usage.Report(_world, Command, problems);
        }

        var (info, error) = await AskAsync(settings, data);
        if (result.GetValue(_json))
        {
            await _world.Out.WriteLineAsync(Json(settings, data, info, error));
        }
        else
        {
            await ShowAsync(settings, data, info, error);
        }

        return error?.Code.ExitCode ?? ExitCode.Done;
    }

    private async Task<(ConnectionInfo? Info, SluiceError? Error)> AskAsync(LoadedSettings settings, string data)
    {
        try
        {
            await using var session = await ClientSession.OpenAsync(_world, settings, data, LogLevel.None, _world.Stop.Soft);
            return (await session.Client.CheckAsync(_world.Stop.Soft), null);
        }
        catch (SluiceException e)
        {
            return (null, e.Error);
        }
    }

    private async Task ShowAsync(LoadedSettings settings, string data, ConnectionInfo? info, SluiceError? error)
    {
        var machine = settings.Machine;
        await LineAsync("Notion", settings.Options.Notion.Url);
        if (info is not null)
        {
            await LineAsync("Connection", $"{info.BotName ?? info.BotId} in {info.WorkspaceName ?? "a workspace without a name"}");
            await LineAsync("Largest file", $"{info.MaxFileSize:N0} bytes{(info.MaxFileSize <= 5 << 20 ? " (a free plan: single-part uploads only)" : "")}");
            await LineAsync("Round trip", string.Create(CultureInfo.InvariantCulture, $"{info.RoundTrip.TotalMilliseconds:F0} ms"));
            await LineAsync("Clock", string.Create(CultureInfo.InvariantCulture, $"{Math.Abs(info.ClockSkew.TotalSeconds):F1} s {(info.ClockSkew < TimeSpan.Zero ? "ahead of" : "behind")} Notion's"));
        }

        await LineAsync("State folder", data);
        await LineAsync("Spool", Sluice.Spool.SpoolSentence.Of(data, settings.Options.Spool));
        await LineAsync("Memory limit", machine.MemoryBytes is { } bytes ? $"{bytes >> 20:N0} MiB, by the control group" : "none by a control group");
        await LineAsync("CPU quota", machine.Cpus is { } cpus ? string.Create(CultureInfo.InvariantCulture, $"{cpus:0.##} cores, by the control group") : $"none; {Environment.ProcessorCount} cores");
        await LineAsync("Profile", $"{settings.Profile.ToString().ToLowerInvariant()} (small: at most 1 GiB or half a core)");
        await _world.Out.WriteLineAsync();
        foreach (var setting in SettingsCatalogue.All)
        {
            await _world.Out.WriteLineAsync($"{setting.Name,-36} {setting.Read(settings.Options),-26} {settings.Origins.GetValueOrDefault(setting.Name, "default")}");
        }

        if (error is not null)
        {
            await _world.Error.WriteLineAsync(ResultText.Problem(error));
        }
    }

    private Task LineAsync(string name, string value) => _world.Out.WriteLineAsync($"{name,-14} {value}");

    private static string Json(LoadedSettings settings, string data, ConnectionInfo? info, SluiceError? error)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteBoolean("ok", error is null);
            json.WriteString("notion_url", settings.Options.Notion.Url);
            json.WriteString("bot_id", info?.BotId);
            json.WriteString("workspace", info?.WorkspaceName);
            if (info is null)
            {
                json.WriteNull("max_file_size");
                json.WriteNull("clock_skew_seconds");
            }
            else
            {
                json.WriteNumber("max_file_size", info.MaxFileSize);
                json.WriteNumber("clock_skew_seconds", info.ClockSkew.TotalSeconds);
            }

            json.WriteString("data", data);
            json.WriteString("profile", settings.Profile.ToString().ToLowerInvariant());
            json.WriteStartArray("settings");
            foreach (var setting in SettingsCatalogue.All)
            {
                json.WriteStartObject();
                json.WriteString("name", setting.Name);
                json.WriteString("value", setting.Read(settings.Options));
                json.WriteString("origin", settings.Origins.GetValueOrDefault(setting.Name, "default"));
                json.WriteEndObject();
            }

            json.WriteEndArray();
            if (error is null)
            {
                json.WriteNull("error");
            }
            else
            {
                json.WriteStartObject("error");
                json.WriteString("code", error.Code.Name);
                json.WriteString("message", error.Message);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(buffer.ToArray());
    }
}

using System.CommandLine;
using Sluice.Cli.Output;
using Sluice.Simulator;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice simulate</c>: a local stand-in for Notion's API, until Ctrl-C.</summary>
internal sealed class SimulateCommand : ICliCommand
{
    private readonly World _world;
    private readonly SimulateOptions _options = new();

    public SimulateCommand(World world)
    {
        _world = world;
        Command = new Command("simulate", "Run a local stand-in for Notion's API, with faults on demand.");
        _options.AddTo(Command);
        Command.SetAction((result, _) => RunAsync(result));
    }

    public Command Command { get; }

    public void Check(ParseResult result, List<string> problems) => _options.Read(result, problems);

    private async Task<int> RunAsync(ParseResult result)
    {
        List<string> problems = [];
        var options = _options.Read(result, problems);
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
            await _world.Stop.WaitAsync(_world.Time);
        }

        return ExitCode.Done;
    }
}

using System.CommandLine;
using Sluice.Cli.Output;
using Sluice.Cli.Serving;
using Sluice.Errors;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice serve</c>: the gateway, until Ctrl-C or SIGTERM.</summary>
internal sealed class ServeCommand : ICliCommand
{
    private readonly World _world;
    private readonly ServeOptions _options = new();

    public ServeCommand(World world)
    {
        _world = world;
        Command = new Command("serve", "Run the gateway: takes uploads by tus, PUT and forms, and carries them into Notion.");
        _options.AddTo(Command);
        Command.SetAction((result, _) => RunAsync(result));
    }

    public Command Command { get; }

    public void Check(ParseResult result, List<string> problems) => _options.Read(_world, result, problems);

    private async Task<int> RunAsync(ParseResult result)
    {
        List<string> problems = [];
        var arguments = _options.Read(_world, result, problems);
        if (problems.Count > 0)
        {
            return Usage.Report(_world, Command, problems);
        }

        GatewayHost gateway;
        try
        {
            gateway = await GatewayHost.StartAsync(_world, arguments, _world.Stop.Soft);
        }
        catch (SluiceException e)
        {
            // Whatever it was, nothing was started.
            await _world.Error.WriteLineAsync(ResultText.Problem(e.Error));
            return ExitCode.NotStarted;
        }

        await using (gateway)
        {
            foreach (var address in gateway.Addresses)
            {
                var text = address.ToString().TrimEnd('/');
                await _world.Out.WriteLineAsync($"The gateway listens at {text}  (tus: {text}/files, state: {text}/api/status). Ctrl-C ends it.");
            }

            await _world.Out.FlushAsync(CancellationToken.None);
            await _world.Stop.WaitAsync(_world.Time);
        }

        return ExitCode.Done;
    }
}

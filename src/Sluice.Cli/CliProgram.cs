using System.CommandLine;
using System.CommandLine.Invocation;
using Sluice.Cli.Commands;
using Sluice.Cli.Output;
using Sluice.Errors;

namespace Sluice.Cli;

/// <summary>The program: finds the command, lists everything that is wrong with it at once, runs it, and turns what went wrong into one line and an exit code.</summary>
internal static class CliProgram
{
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, World world)
    {
        var keys = new KeyCommands(world);
        ICliCommand[] atTop =
        [
            new UploadCommand(world, arguments),
            new ResumeCommand(world, arguments),
            new ListCommand(world),
            new RemoveCommand(world),
            new ServeCommand(world),
            new DoctorCommand(world),
            new SimulateCommand(world),
            new DemoCommand(world),
        ];
        ICliCommand[] commands = [.. atTop, .. keys.All];
        var root = new RootCommand("Carries large files into Notion from small machines, byte for byte, exactly once.");
        foreach (var command in atTop)
        {
            root.Subcommands.Add(command.Command);
        }

        root.Subcommands.Insert(5, keys.Group);
        var parsed = root.Parse(arguments);
        if (parsed.Action is ParseErrorAction or null)
        {
            return Usage.Report(world, parsed.CommandResult.Command, ProblemsOf(commands, parsed));
        }

        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { Output = world.Out, Error = world.Error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, CancellationToken.None);
        }
        catch (SluiceException e)
        {
            await world.Error.WriteLineAsync(ResultText.Problem(e.Error));
            return e.Error.Code.ExitCode;
        }
        catch (OperationCanceledException) when (world.Stop.Soft.IsCancellationRequested)
        {
            return ExitCode.Interrupted;
        }
    }

    private static List<string> ProblemsOf(ICliCommand[] commands, ParseResult parsed)
    {
        // That a command is missing says nothing new where one was written that there is not.
        List<string> problems = [.. parsed.UnmatchedTokens.Count > 0 && parsed.CommandResult.Command is RootCommand ? parsed.UnmatchedTokens.Take(1).Select(t => $"There is no command '{t}'.") : parsed.Errors.Select(e => e.Message)];
        if (Array.Find(commands, c => c.Command == parsed.CommandResult.Command) is { } command)
        {
            command.Check(parsed, problems);
        }

        return problems;
    }
}

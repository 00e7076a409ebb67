using System.CommandLine;

namespace Sluice.Cli.Output;

/// <summary>All that is wrong with a command line, at once.</summary>
internal static class Usage
{
    public static int Report(World world, Command command, IReadOnlyList<string> problems)
    {
        foreach (var problem in problems)
        {
            world.Error.WriteLine($"sluice: {Plain.Text(problem)}");
        }

        world.Error.WriteLine(command is RootCommand ? "sluice --help lists the commands." : $"sluice {PathOf(command)} --help lists what it takes.");
        return ExitCode.NotStarted;
    }

    private static string PathOf(Command command) =>
        command.Parents.OfType<Command>().FirstOrDefault(p => p is not RootCommand) is { } group ? $"{group.Name} {command.Name}" : command.Name;
}

using System.CommandLine;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice key</c>: API keys of the gateway.</summary>
internal sealed class KeyCommands
{
    public KeyCommands(World world)
    {
        All = [new KeyCreateCommand(world), new KeyListCommand(world), new KeyRevokeCommand(world)];
        foreach (var command in All)
        {
            Group.Subcommands.Add(command.Command);
        }
    }

    public Command Group { get; } = new("key", "Make, list and revoke the API keys of the gateway.");

    public IReadOnlyList<ICliCommand> All { get; }
}

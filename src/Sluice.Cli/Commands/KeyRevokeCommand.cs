using System.CommandLine;
using Sluice.Errors;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice key revoke</c>: a running gateway refuses the key within a minute.</summary>
internal sealed class KeyRevokeCommand : KeyStateCommand
{
    private readonly Argument<string> _id = new("ID") { Description = "The key's id, as sluice key list shows it." };

    public KeyRevokeCommand(World world)
        : base(world, "revoke", "Revoke a key for good; a running gateway refuses it within 60 s.") =>
        Command.Arguments.Add(_id);

    protected override void CheckOwn(ParseResult result, List<string> problems)
    {
        // Whether there is such a key is known when the state folder is open.
    }

    protected override async Task<int> RunAsync(ParseResult result, string data)
    {
        var id = result.GetRequiredValue(_id);
        if (!await WithKeysAsync(data, async keys => await keys.RevokeAsync(id, World.Stop.Soft)))
        {
            throw new SluiceException(ErrorCodes.NotFound, $"There is no valid key '{id}' in this state folder. sluice key list shows them.");
        }

        await World.Out.WriteLineAsync($"{id}: revoked");
        return ExitCode.Done;
    }
}

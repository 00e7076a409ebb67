using System.CommandLine;
using System.Globalization;
using Sluice.Cli.Output;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice key list</c>: the keys of the state folder, without their secrets, which nobody has.</summary>
internal sealed class KeyListCommand : KeyStateCommand
{
    private readonly Option<bool> _json = new("--json") { Description = "Print one line of JSON per key." };

    public KeyListCommand(World world)
        : base(world, "list", "Show the keys of the state folder: ids, owners and scopes.") =>
        Command.Options.Add(_json);

    protected override void CheckOwn(ParseResult result, List<string> problems)
    {
        // Nothing that could be wrong.
    }

    protected override async Task<int> RunAsync(ParseResult result, string data)
    {
        var keys = await WithKeysAsync(data, async store => await store.ListAsync(World.Stop.Soft));
        foreach (var key in keys)
        {
            await World.Out.WriteLineAsync(result.Given(_json)
                ? JsonLines.Of(new KeyLine(key.Id, key.Owner, key.Scopes, key.Created, key.Revoked))
                : $"{key.Id}  {key.Created.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)}  {(key.Revoked ? "revoked" : "valid  ")}  {string.Join(',', key.Scopes),-18}  {Plain.Text(key.Owner)}");
        }

        if (keys.Count == 0)
        {
            await World.Error.WriteLineAsync($"sluice: there are no keys in {data}.");
        }

        return ExitCode.Done;
    }
}

using System.CommandLine;
using Sluice.AspNetCore.Security;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice key create</c>: makes a key and shows it, once.</summary>
internal sealed class KeyCreateCommand : KeyStateCommand
{
    private readonly Option<string> _owner = new("--owner") { HelpName = "name", Description = "Whose uploads are made with it: letters, digits, '-', '_', '.', '@'.", Required = true };
    private readonly Option<string> _scope = new("--scope") { HelpName = "scopes", Description = "What it may do: upload, read, admin, with commas between them.", Required = true };
    private readonly Option<bool> _printSetting = new("--print-setting") { Description = "Store nothing; print the value for Security:Keys instead, for hosts whose state folder does not outlive the process." };

    public KeyCreateCommand(World world)
        : base(world, "create", "Make a key. It is shown once and stored hashed.")
    {
        Command.Options.Add(_owner);
        Command.Options.Add(_scope);
        Command.Options.Add(_printSetting);
    }

    protected override void CheckOwn(ParseResult result, List<string> problems)
    {
        if (result.Given(_owner) is { } owner && !Caller.IsOwnerName(owner))
        {
            problems.Add($"--owner {owner}: write 1 to 200 letters, digits, '-', '_', '.' or '@'.");
        }

        if (result.Given(_scope) is { } scope && ScopeText.TryParse(Names(scope)) is null)
        {
            problems.Add($"--scope {scope}: the scopes are upload, read and admin, with commas between them.");
        }
    }

    protected override async Task<int> RunAsync(ParseResult result, string data)
    {
        var key = ApiKey.Create();
        var record = key.ToRecord(result.GetRequiredValue(_owner), Names(result.GetRequiredValue(_scope)), World.Time.GetUtcNow());
        if (result.Given(_printSetting))
        {
            await World.Out.WriteLineAsync(key.ToString());
            await World.Out.WriteLineAsync($"SLUICE__SECURITY__KEYS={SettingKey.Format(record)}");
            await World.Error.WriteLineAsync("sluice: the first line is the key, for its holder; the second one is for the gateway's environment. Neither is stored.");
            return ExitCode.Done;
        }

        await WithKeysAsync(data, async keys =>
        {
            await keys.AddAsync(record, World.Stop.Soft);
            return true;
        });
        await World.Out.WriteLineAsync(key.ToString());
        await World.Error.WriteLineAsync("sluice: this is the only time the key is shown. Send it as 'Authorization: Bearer <key>'.");
        return ExitCode.Done;
    }

    private static string[] Names(string scope) => [.. scope.Split([',', '+'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Distinct(StringComparer.Ordinal)];
}

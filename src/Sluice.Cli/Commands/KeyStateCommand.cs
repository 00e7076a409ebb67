using System.CommandLine;
using Sluice.Checkpoints;
using Sluice.Cli.Configuration;
using Sluice.Cli.Output;
using Sluice.Cli.State;

namespace Sluice.Cli.Commands;

/// <summary>A command on the keys of a state folder. Needs no token.</summary>
internal abstract class KeyStateCommand : ICliCommand
{
    private readonly CommonOptions _common = new();

    protected KeyStateCommand(World world, string name, string description)
    {
        World = world;
        Command = new Command(name, description);
        _common.AddTo(Command);
        Command.SetAction((result, _) => RunAsync(result));
    }

    public Command Command { get; }

    protected World World { get; }

    public void Check(ParseResult result, List<string> problems) => Read(result, problems);

    /// <summary>What is wrong with the options of this command alone.</summary>
    protected abstract void CheckOwn(ParseResult result, List<string> problems);

    /// <summary>Does it.</summary>
    protected abstract Task<int> RunAsync(ParseResult result, string data);

    /// <summary>Opens the keys of the state folder for as long as <paramref name="use"/> takes.</summary>
    protected async Task<T> WithKeysAsync<T>(string data, Func<IKeyStore, Task<T>> use)
    {
        await using var state = OpenState.Open(data);
        await using var store = await state.OpenStoreAsync(World.Time);
        return await use(store.Keys);
    }

    private string Read(ParseResult result, List<string> problems)
    {
        var common = _common.Read(result, problems);
        var data = DataFolder.Find(World, common.Data);
        problems.AddRange(SettingLayers.Load(World, data, common.Assignments).Problems);
        CheckOwn(result, problems);
        return data;
    }

    private Task<int> RunAsync(ParseResult result)
    {
        List<string> problems = [];
        var data = Read(result, problems);
        return problems.Count > 0 ? Task.FromResult(Usage.Report(World, Command, problems)) : RunAsync(result, data);
    }
}

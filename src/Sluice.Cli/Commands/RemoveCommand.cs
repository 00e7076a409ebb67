using System.CommandLine;
using Sluice.Checkpoints;
using Sluice.Cli.Configuration;
using Sluice.Cli.Output;
using Sluice.Cli.State;
using Sluice.Errors;
using Sluice.Spool;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice remove</c>: forgets recorded uploads and deletes their spool bytes. Needs no token; at Notion nothing changes.</summary>
internal sealed class RemoveCommand : ICliCommand
{
    private readonly World _world;
    private readonly Argument<string[]> _ids = new("ID") { Arity = ArgumentArity.OneOrMore, Description = "Uploads as sluice list shows them." };
    private readonly CommonOptions _common = new();

    public RemoveCommand(World world)
    {
        _world = world;
        Command = new Command("remove", "Forget recorded uploads and delete their spool bytes; what is at Notion stays there.");
        Command.Arguments.Add(_ids);
        _common.AddTo(Command);
        Command.SetAction((result, _) => RunAsync(result));
    }

    public Command Command { get; }

    public void Check(ParseResult result, List<string> problems) => Read(result, problems);

    private (string DataFolder, LoadedSettings Settings) Read(ParseResult result, List<string> problems)
    {
        var common = _common.Read(result, problems);
        var data = DataFolder.Find(_world, common.Data);
        var settings = SettingLayers.Load(_world, data, common.Assignments);
        problems.AddRange(settings.Problems);
        return (data, settings);
    }

    private async Task<int> RunAsync(ParseResult result)
    {
        List<string> problems = [];
        var (data, settings) = Read(result, problems);
        if (problems.Count > 0)
        {
            return Usage.Report(_world, Command, problems);
        }

        string[] ids = [.. (result.Given(_ids) ?? []).Distinct(StringComparer.Ordinal)];
        if (!OpenState.HasRecords(data))
        {
            throw Unknown(ids[0]);
        }

        await using var state = OpenState.Open(data);
        await using var store = await state.OpenStoreAsync(_world.Time);
        foreach (var id in ids)
        {
            if (!await IsThereAsync(store.Uploads, id))
            {
                throw Unknown(id);
            }
        }

        var code = ExitCode.Done;
        foreach (var id in ids)
        {
            var attempt = await LeaseKeeper.AcquireAsync(store.Leases, LeaseKeys.Upload(id), state.Holder, settings.Options.Lease, null, TimeSpan.Zero, false, _world.Time, _world.Stop.Soft);
            if (attempt.Keeper is not { } lease)
            {
                await _world.Error.WriteLineAsync($"sluice: {id}: {ErrorCodes.Locked.Meaning} Wait for it to end, or stop it; then remove it. [locked]");
                code = ErrorCodes.Locked.ExitCode;
                continue;
            }

            await using (lease)
            {
                await RemoveAsync(store.Uploads, id, new SpoolPlace(data, settings.Options.Spool.Directory));
                await _world.Out.WriteLineAsync($"{id}: removed");
            }
        }

        return code;
    }

    /// <summary>An unreadable or newer record is there too: removing it is the way out of it.</summary>
    private async Task<bool> IsThereAsync(IUploadStore uploads, string id)
    {
        try
        {
            return await uploads.FindAsync(id, _world.Stop.Soft) is not null;
        }
        catch (SluiceException e) when (e.Error.Code == ErrorCodes.StateCorrupt || e.Error.Code == ErrorCodes.StateNewer)
        {
            return true;
        }
    }

    /// <summary>The record goes first: bytes without a record are found and removed by any later run, a record without its bytes would look as if it could go on.</summary>
    private async Task RemoveAsync(IUploadStore uploads, string id, SpoolPlace spool)
    {
        await uploads.DeleteAsync(id, _world.Stop.Soft);
        spool.Remove(id);
    }

    private static SluiceException Unknown(string id) =>
        new(ErrorCodes.NotFound, $"There is no upload '{id}' in this state folder. sluice list shows the recorded ones.");
}

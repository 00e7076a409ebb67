using System.CommandLine;
using Microsoft.Extensions.Logging;
using Sluice.Checkpoints;
using Sluice.Cli.Configuration;
using Sluice.Cli.Output;
using Sluice.Cli.State;
using Sluice.Cli.Uploads;
using Sluice.Errors;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice resume</c>: goes on with recorded uploads.</summary>
internal sealed class ResumeCommand : ICliCommand
{
    private readonly World _world;
    private readonly IReadOnlyList<string> _arguments;
    private readonly Argument<string[]> _ids = new("ID") { Arity = ArgumentArity.ZeroOrMore, Description = "Uploads as sluice list shows them." };
    private readonly Option<bool> _all = new("--all") { Description = "Every unfinished upload of the state folder." };
    private readonly TransferOptions _transfer = new();
    private readonly CommonOptions _common = new();

    public ResumeCommand(World world, IReadOnlyList<string> arguments)
    {
        _world = world;
        _arguments = arguments;
        Command = new Command("resume", "Go on with unfinished uploads of the state folder.");
        Command.Arguments.Add(_ids);
        Command.Options.Add(_all);
        _transfer.AddTo(Command);
        _common.AddTo(Command);
        Command.SetAction((result, _) => RunAsync(result));
    }

    public Command Command { get; }

    public void Check(ParseResult result, List<string> problems) => Read(result, problems);

    private (IReadOnlyList<string> Ids, TransferArguments Transfer, CommonArguments Common, LoadedSettings Settings, string DataFolder) Read(ParseResult result, List<string> problems)
    {
        string[] ids = [.. (result.Given(_ids) ?? []).Distinct(StringComparer.Ordinal)];
        var all = result.Given(_all);
        if (ids.Length == 0 && !all)
        {
            problems.Add("Say which uploads to go on with: their IDs (sluice list shows them), or --all.");
        }

        if (ids.Length > 0 && all)
        {
            problems.Add("IDs and --all exclude each other: leave one out.");
        }

        var transfer = _transfer.Read(result);
        var common = _common.Read(result, problems);
        var data = DataFolder.Find(_world, common.Data);
        var settings = SettingLayers.Load(_world, data, [.. common.Assignments, .. transfer.Assignments]);
        problems.AddRange(settings.Problems);
        return (ids, transfer, common, settings, data);
    }

    private async Task<int> RunAsync(ParseResult result)
    {
        List<string> problems = [];
        var (ids, transfer, common, settings, data) = Read(result, problems);
        if (problems.Count > 0)
        {
            return Usage.Report(_world, Command, problems);
        }

        if (!OpenState.HasRecords(data))
        {
            return ids.Count == 0 ? await NothingAsync(transfer) : throw Unknown(ids[0]);
        }

        await using var session = await ClientSession.OpenAsync(_world, settings, data, common.LogLevel, _world.Stop.Soft);
        var records = ids.Count > 0 ? await FindAsync(session.Store, ids) : await UnfinishedAsync(session.Store);
        if (records.Count == 0)
        {
            return await NothingAsync(transfer);
        }

        var batch = new UploadBatch(_world, new DisplayOptions(transfer.Json, transfer.Quiet, Bars: common.LogLevel == LogLevel.None));
        foreach (var record in records)
        {
            batch.Add(new StartedUpload(record.Source?.Path is { } path && record.Source.Kind == "file" ? path : record.Name, record.Target.ToString(), session.Client.Resume(record.Id)));
        }

        return ExitCode.Of(await batch.RunAsync(_ => ShellText.Command(_arguments)));
    }

    private async Task<int> NothingAsync(TransferArguments transfer)
    {
        if (!transfer.Quiet)
        {
            await _world.Error.WriteLineAsync("sluice: there is nothing to go on with.");
        }

        return ExitCode.Done;
    }

    /// <summary>All of them, or the first that is not there: nothing is started on a list with a mistake in it.</summary>
    private async Task<IReadOnlyList<UploadRecord>> FindAsync(ICheckpointStore store, IReadOnlyList<string> ids)
    {
        List<UploadRecord> records = [];
        foreach (var id in ids)
        {
            records.Add(await store.Uploads.FindAsync(id, _world.Stop.Soft) ?? throw Unknown(id));
        }

        return records;
    }

    /// <summary>Those that can go on, the oldest first: the order in which they were begun is the order of attaching.</summary>
    private async Task<IReadOnlyList<UploadRecord>> UnfinishedAsync(ICheckpointStore store)
    {
        var (records, unreadable) = await RecordPages.ReadAsync(store, [UploadState.Waiting, UploadState.Staged, UploadState.Transferring, UploadState.Finishing, UploadState.Interrupted], _world.Stop.Soft);
        foreach (var bad in unreadable)
        {
            await _world.Error.WriteLineAsync(ResultText.Problem(bad.Error));
        }

        records.Reverse();
        return records;
    }

    private static SluiceException Unknown(string id) =>
        new(ErrorCodes.NotFound, $"There is no upload '{id}' in this state folder. sluice list shows the recorded ones.");
}

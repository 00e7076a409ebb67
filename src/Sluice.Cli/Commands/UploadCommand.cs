using System.CommandLine;
using Microsoft.Extensions.Logging;
using Sluice.Cli.Configuration;
using Sluice.Cli.Input;
using Sluice.Cli.Output;
using Sluice.Cli.State;
using Sluice.Cli.Uploads;
using Sluice.Errors;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice upload</c>: (1) everything that is wrong with the command line, at once; (2) the PATHs; (3) token, state folder and client; (4) the uploads.</summary>
internal sealed class UploadCommand : ICliCommand
{
    private readonly World _world;
    private readonly IReadOnlyList<string> _arguments;
    private readonly UploadOptions _upload = new();
    private readonly TransferOptions _transfer = new();
    private readonly CommonOptions _common = new();

    public UploadCommand(World world, IReadOnlyList<string> arguments)
    {
        _world = world;
        _arguments = arguments;
        Command = new Command("upload", "Upload files, folders and patterns; goes on by itself with what an earlier run left unfinished.");
        _upload.AddTo(Command);
        _transfer.AddTo(Command);
        _common.AddTo(Command);
        Command.SetAction((result, _) => RunAsync(result));
    }

    public Command Command { get; }

    public void Check(ParseResult result, List<string> problems) => Read(result, problems);

    private (UploadArguments Upload, TransferArguments Transfer, CommonArguments Common, LoadedSettings Settings, string DataFolder) Read(ParseResult result, List<string> problems)
    {
        var upload = _upload.Read(result, problems);
        var transfer = _transfer.Read(result);
        var common = _common.Read(result, problems);
        var data = DataFolder.Find(_world, common.Data);
        var settings = SettingLayers.Load(_world, data, [.. common.Assignments, .. transfer.Assignments]);
        problems.AddRange(settings.Problems);
        return (upload, transfer, common, settings, data);
    }

    private async Task<int> RunAsync(ParseResult result)
    {
        // 1. The command line and the settings.
        List<string> problems = [];
        var (upload, transfer, common, settings, data) = Read(result, problems);

        // 2. The PATHs.
        var list = new PathExpander(_world.WorkingFolder).Expand(upload.Paths);
        if (upload.Name is not null && list.Items.Count > 1)
        {
            problems.Add($"--name names one file, and the PATHs come to {list.Items.Count}: leave it out, or upload them one by one.");
        }

        if (problems.Count > 0 || list.Problems.Count > 0)
        {
            if (transfer.Json)
            {
                var why = problems.Count > 0 ? string.Join(' ', problems) : "Nothing was started, because another PATH is missing.";
                RefuseEach(list.Problems.Select(p => (p.Path, new SluiceError(ErrorCodes.SourceMissing, p.Message))), upload);
                RefuseEach(list.Items.Select(i => (i.Shown, new SluiceError(ErrorCodes.BadRequest, why))), upload);
            }

            return Usage.Report(_world, Command, [.. problems, .. list.Problems.Select(p => p.Message)]);
        }

        if (list.Hidden > 0 && !transfer.Quiet)
        {
            await _world.Error.WriteLineAsync($"sluice: {list.Hidden} hidden {(list.Hidden == 1 ? "file was" : "files were")} left out; name them to upload them.");
        }

        // 3. Token, state folder, client.
        ClientSession session;
        try
        {
            session = await ClientSession.OpenAsync(_world, settings, data, common.LogLevel, _world.Stop.Soft);
        }
        catch (SluiceException e) when (transfer.Json)
        {
            RefuseEach(list.Items.Select(i => (i.Shown, e.Error)), upload);
            throw;
        }

        // 4. The uploads.
        await using (session)
        {
            var job = new UploadJob(_world, upload, new DisplayOptions(transfer.Json, transfer.Quiet, Bars: common.LogLevel == LogLevel.None));
            var results = upload.DryRun ? await job.PlanAsync(session, list.Items) : await job.RunAsync(session, list.Items, _arguments);
            return ExitCode.Of(results);
        }
    }

    private void RefuseEach(IEnumerable<(string File, SluiceError Error)> files, UploadArguments upload)
    {
        foreach (var (file, error) in files)
        {
            _world.Out.WriteLine(JsonLines.Of(ResultLine.Of(file, new UploadResult { Status = UploadStatus.Refused, Target = upload.Target.ToString(), Error = error })));
        }
    }
}

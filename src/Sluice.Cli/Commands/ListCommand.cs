using System.CommandLine;
using System.Globalization;
using Sluice.Checkpoints;
using Sluice.Cli.Configuration;
using Sluice.Cli.Output;
using Sluice.Cli.State;
using Sluice.Notion;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice list</c>: the recorded uploads, the last begun first. Needs no token.</summary>
internal sealed class ListCommand : ICliCommand
{
    private readonly World _world;
    private readonly Option<bool> _json = new("--json") { Description = "Print one line of JSON per upload." };
    private readonly CommonOptions _common = new();

    public ListCommand(World world)
    {
        _world = world;
        Command = new Command("list", "Show the recorded uploads of the state folder.");
        Command.Options.Add(_json);
        _common.AddTo(Command);
        Command.SetAction((result, _) => RunAsync(result));
    }

    public Command Command { get; }

    public void Check(ParseResult result, List<string> problems) => Read(result, problems);

    private string Read(ParseResult result, List<string> problems)
    {
        var common = _common.Read(result, problems);
        var data = DataFolder.Find(_world, common.Data);
        problems.AddRange(SettingLayers.Load(_world, data, common.Assignments).Problems);
        return data;
    }

    private async Task<int> RunAsync(ParseResult result)
    {
        List<string> problems = [];
        var data = Read(result, problems);
        if (problems.Count > 0)
        {
            return Usage.Report(_world, Command, problems);
        }

        var json = result.Given(_json);
        List<ListLine> lines = [];
        if (OpenState.HasRecords(data))
        {
            await using var state = OpenState.Open(data);
            await using var store = await state.OpenStoreAsync(_world.Time);
            lines = await LinesAsync(store);
        }

        if (json)
        {
            foreach (var line in lines)
            {
                await _world.Out.WriteLineAsync(JsonLines.Of(line));
            }
        }
        else if (lines.Count == 0)
        {
            await _world.Error.WriteLineAsync($"sluice: no uploads are recorded in {data}.");
        }
        else
        {
            await WriteTableAsync(lines);
        }

        return ExitCode.Done;
    }

    private async Task<List<ListLine>> LinesAsync(ICheckpointStore store)
    {
        var (records, unreadable) = await RecordPages.ReadAsync(store, null, _world.Stop.Soft);
        List<ListLine> lines = [];
        foreach (var record in records)
        {
            IReadOnlyList<PartRow> rows = record.Generation is { Completed: false } generation && record.State != UploadState.Done
                ? await store.Uploads.PartsAsync(record.Id, generation.Number, _world.Stop.Soft)
                : [];
            lines.Add(ListLine.Of(record, rows, NotionLimits.Default.Lifetime));
        }

        lines.AddRange(unreadable.Select(ListLine.Of));
        return lines;
    }

    private async Task WriteTableAsync(List<ListLine> lines)
    {
        List<string[]> rows = [["ID", "STATE", "SIZE", "THERE", "UPDATED (UTC)", "TARGET", "FILE"], .. lines.Select(Row)];
        var widths = Enumerable.Range(0, rows[0].Length - 1).Select(c => rows.Max(r => r[c].Length)).ToArray();
        foreach (var row in rows)
        {
            await _world.Out.WriteLineAsync(string.Join("  ", row.Select((cell, c) => c < widths.Length ? cell.PadRight(widths[c]) : cell)));
        }

        foreach (var line in lines.Where(l => l.Error is not null && l.State is not "done"))
        {
            await _world.Out.WriteLineAsync($"{line.Id}: {Plain.Text(line.Error!.Message)} [{line.Error.Code}]");
        }
    }

    private static string[] Row(ListLine line) =>
    [
        line.Id,
        line.State,
        line.Length is { } length ? Quantity.Bytes(length) : "",
        line is { State: "done" } ? "100 %" : line is { Length: > 0 and var of, Offset: { } offset } ? Quantity.Percent((double)offset / of) : "",
        line.Updated is { } updated ? updated.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) : "",
        line.Target ?? "",
        Plain.Text(line.File ?? line.Name),
    ];
}

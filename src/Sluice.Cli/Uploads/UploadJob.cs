using Sluice.Cli.Commands;
using Sluice.Cli.Input;
using Sluice.Cli.Output;
using Sluice.Cli.State;
using Sluice.Errors;

namespace Sluice.Cli.Uploads;

/// <summary>What <c>upload</c> does once its arguments make sense; the demo goes the same way.</summary>
internal sealed class UploadJob(World world, UploadArguments arguments, DisplayOptions options)
{
    /// <summary>Uploads the items over one client, in order.</summary>
    /// <param name="session">The client.</param>
    /// <param name="items">What to upload.</param>
    /// <param name="goOn">The arguments of the command that goes on after an interruption.</param>
    public async Task<IReadOnlyList<UploadResult>> RunAsync(ClientSession session, IReadOnlyList<UploadItem> items, IReadOnlyList<string> goOn)
    {
        await using var input = items.Any(i => i.IsStandardInput) ? world.OpenInput() : Stream.Null;
        var batch = new UploadBatch(world, options);
        Task? before = null;
        foreach (var item in items)
        {
            var source = item.FullPath is { } path ? UploadSource.File(path) : UploadSource.Staged(input);
            var handle = session.Client.Start(arguments.Request(source, before));
            before = handle.Completion;
            batch.Add(new StartedUpload(item.Shown, arguments.Target.ToString(), handle));
        }

        return await batch.RunAsync(results => ShellText.Command(GoOn(items, goOn, results, session)));
    }

    /// <summary>Says what each upload would do; the first thing that would make one refused is its result.</summary>
    public async Task<IReadOnlyList<UploadResult>> PlanAsync(ClientSession session, IReadOnlyList<UploadItem> items)
    {
        List<UploadResult> results = [];
        foreach (var item in items)
        {
            try
            {
                var plan = await session.Client.PlanAsync(arguments.Request(UploadSource.File(item.FullPath!), null), world.Stop.Soft);
                await world.Out.WriteLineAsync(options.Json ? JsonLines.Of(PlanLine.Of(item.Shown, plan)) : ResultText.Plan(item.Shown, plan));
                results.Add(new UploadResult { Status = UploadStatus.Done });
            }
            catch (SluiceException e)
            {
                if (options.Json)
                {
                    await world.Out.WriteLineAsync(JsonLines.Of(PlanLine.Of(item.Shown, arguments.Target.ToString(), e.Error)));
                }

                await world.Error.WriteLineAsync(ResultText.Problem(item.Shown, e.Error));
                results.Add(new UploadResult { Status = UploadStatus.Refused, Error = e.Error });
            }
        }

        return results;
    }

    /// <summary>Standard input is over once it was read: what the spool has of it goes on by its id.</summary>
    private static IEnumerable<string> GoOn(IReadOnlyList<UploadItem> items, IReadOnlyList<string> same, IReadOnlyList<UploadResult> results, ClientSession session) =>
        items[0].IsStandardInput
            ? results[0].UploadId is { } id ? ["resume", id, "--data", session.DataFolder] : same
            : same;
}

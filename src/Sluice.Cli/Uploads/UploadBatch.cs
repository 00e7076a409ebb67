using Sluice.Cli.Output;

namespace Sluice.Cli.Uploads;

/// <summary>
/// Uploads under way together: shows them, prints each result as it comes, and stops them when asked. Every upload started is
/// awaited and reported, also those that were stopped.
/// </summary>
internal sealed class UploadBatch(World world, DisplayOptions options)
{
    /// <summary>How long sends under way may go on after the first Ctrl-C.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(8);

    /// <summary>How long after the second Ctrl-C an upload may take to say how it ended.</summary>
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(2);

    private readonly List<StartedUpload> _uploads = [];

    /// <summary>Adds an upload; the order is the order of attaching.</summary>
    public void Add(StartedUpload upload) => _uploads.Add(upload);

    /// <summary>Ends when all ended, or soon after the second Ctrl-C.</summary>
    /// <param name="goOn">The command that goes on with what was interrupted.</param>
    public async Task<IReadOnlyList<UploadResult>> RunAsync(Func<IReadOnlyList<UploadResult>, string> goOn)
    {
        List<UploadResult> results = [];
        var display = Display([.. _uploads.Select(u => new WatchedUpload(u.Shown, u.Handle, world.Time))]);
        await using (display)
        {
            await using var soft = world.Stop.Soft.UnsafeRegister(_ => StopSoftly(display), null);
            using var givenUp = new CancellationTokenSource();
            await using var lastWords = world.Time.CreateTimer(static source => ((CancellationTokenSource)source!).Cancel(), givenUp, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            await using var hard = world.Stop.Hard.UnsafeRegister(_ => StopNow(lastWords), null);
            var pending = _uploads.ToDictionary(u => u.Handle.Completion);
            try
            {
                await foreach (var ended in Task.WhenEach(pending.Keys.ToArray()).WithCancellation(givenUp.Token))
                {
                    pending.Remove(ended, out var over);
                    results.Add(Report(display, over!, await ended));
                }
            }
            catch (OperationCanceledException) when (givenUp.IsCancellationRequested)
            {
                results.AddRange(pending.Values.Select(upload => Report(display, upload, Unknown(upload))));
            }
        }

        if (!options.Json && results.Any(r => r.Status == UploadStatus.Interrupted))
        {
            await world.Error.WriteLineAsync($"sluice: what arrived is kept; go on with: {goOn(results)}");
        }

        return results;
    }

    private UploadResult Report(IProgressDisplay display, StartedUpload upload, UploadResult result)
    {
        // Refused before there was a record, it still had a target.
        result = result with { Target = upload.Target };
        if (options.Json)
        {
            display.Result(JsonLines.Of(ResultLine.Of(upload.Shown, result)));
        }
        else if (result.Status == UploadStatus.Done)
        {
            display.Result(ResultText.Done(upload.Shown, result));
        }

        if (result.Status != UploadStatus.Done && !(options.Json && options.Quiet))
        {
            display.Say(ResultText.NotDone(upload.Shown, result));
        }

        return result;
    }

    private IProgressDisplay Display(IReadOnlyList<WatchedUpload> watched) =>
        options.Quiet ? new QuietDisplay(world)
        : world.HasLiveTerminal && options.Bars ? new BarsDisplay(world, watched)
        : new LinesDisplay(world, watched);

    private void StopSoftly(IProgressDisplay display)
    {
        if (!options.Quiet)
        {
            display.Say("sluice: stopping at a safe point; press Ctrl-C again to stop now.");
        }

        Stop(Grace);
    }

    private void StopNow(ITimer lastWords)
    {
        lastWords.Change(LastWords, Timeout.InfiniteTimeSpan);
        Stop(TimeSpan.Zero);
    }

    private void Stop(TimeSpan grace)
    {
        foreach (var upload in _uploads)
        {
            _ = upload.Handle.StopAsync(grace);
        }
    }

    /// <summary>It did not say in time how it ended; its record does.</summary>
    private static UploadResult Unknown(StartedUpload upload)
    {
        var last = upload.Handle.Snapshot();
        return new UploadResult { Status = UploadStatus.Interrupted, UploadId = last.UploadId, Name = last.Name, Target = upload.Target, BytesSent = last.BytesSent, Retries = last.Retries, ResumedFrom = last.ResumedFrom };
    }
}

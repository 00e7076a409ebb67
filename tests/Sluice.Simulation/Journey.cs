using Sluice.Notion;

namespace Sluice.Simulation;

/// <summary>
/// How one process's calls travel: delays, losses, errors and hangs by plan. A dead or stopped process hears nothing, but what
/// it had asked for still happens, perhaps after its successor started: the late effects a real network has.
/// </summary>
internal sealed class Journey(World world, Process process)
{
    /// <summary>Notion's own limit on a request.</summary>
    private static readonly TimeSpan RequestLimit = TimeSpan.FromSeconds(60);

    private readonly TaskCompletionSource _never = new();

    public async Task<NotionResult<T>> GoAsync<T>(IAttempt attempt, Call call, Func<NotionResult<T>> work, Func<CancellationToken, Task>? body = null)
        where T : class
    {
        try
        {
            // 1. It leaves, unless the process is killed or stopped just before.
            await StepAsync("call " + call).ConfigureAwait(false);
            attempt.Token.ThrowIfCancellationRequested();
            attempt.Connecting();
            await StepAsync("connected for " + call).ConfigureAwait(false);
            attempt.Connected();
            attempt.Token.ThrowIfCancellationRequested();
            if (body is not null)
            {
                await body(attempt.Token).ConfigureAwait(false);
            }

            world.Guard(() =>
            {
                Invariants.Leaves(world, process, call);
                world.Pace.Left(process);
            });

            // 2. It travels.
            var answer = await TravelAsync(attempt, call, work).ConfigureAwait(false);

            // 3. It is heard.
            await StepAsync($"heard {call}: {answer.Failure?.Class.ToString() ?? "ok"}").ConfigureAwait(false);
            return answer;
        }
        catch (OperationCanceledException)
        {
            await HereAsync().ConfigureAwait(false);
            return attempt.ExpiredLimit is { } limit ? Answers.TimedOut(call, limit) : throw new OperationCanceledException(attempt.Token);
        }
    }

    private Task StepAsync(string what)
    {
        process.Step(what);
        return HereAsync();
    }

    /// <summary>A stopped process goes on late, a dead one never.</summary>
    private async Task HereAsync()
    {
        while (!process.Dead && process.Time.StoppedFor is var left && left > TimeSpan.Zero)
        {
            // Upwards to whole milliseconds: a delay is cut to them.
            await Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling(left.TotalMilliseconds)), world.Time).ConfigureAwait(false);
        }

        if (process.Dead)
        {
            await _never.Task.ConfigureAwait(false);
        }
    }

    private async Task<NotionResult<T>> TravelAsync<T>(IAttempt attempt, Call call, Func<NotionResult<T>> work)
        where T : class
    {
        var faults = world.FaultsNow;
        var random = world.Random;
        var draw = random.NextDouble();
        var edge = random.Next(2) == 0;
        var delay = faults.LeastDelay + ((faults.MostDelay - faults.LeastDelay) * random.NextDouble());
        bool Falls(double share)
        {
            var hit = draw >= 0 && draw < share;
            draw = hit ? -1 : draw - share;
            return hit;
        }

        // What happens before Notion sees the request, or beside it.
        if (call.Sends && Falls(faults.EarlyRefusal))
        {
            world.RefusingUntil = world.Time.Now + TimeSpan.FromSeconds(random.Next(2, 20)).Ticks;
        }

        if (world.RefusingUntil > world.Time.Now)
        {
            await OnTheWayAsync(delay, attempt).ConfigureAwait(false);
            return call.Sends ? Answers.Lost(call) : Answers.TooMany(TimeSpan.FromTicks(Math.Max(1, world.RefusingUntil - world.Time.Now)), "public_api_space_request_rate_limit");
        }

        if (world.LongWaitUntil > world.Time.Now)
        {
            await OnTheWayAsync(delay, attempt).ConfigureAwait(false);
            return Answers.TooMany(TimeSpan.FromTicks((world.LongWaitUntil - world.Time.Now) * 3), "public_api_space_request_rate_limit");
        }

        if (Falls(faults.LostBefore))
        {
            await OnTheWayAsync(delay, attempt).ConfigureAwait(false);
            return Answers.Lost(call);
        }

        if (Falls(faults.LostLate))
        {
            LaterAtNotion(random.Next(1, 55), work);
            await OnTheWayAsync(delay, attempt).ConfigureAwait(false);
            return Answers.Lost(call);
        }

        if (Falls(faults.Hang))
        {
            if (random.Next(2) == 0)
            {
                LaterAtNotion(random.Next(1, 50), work);
            }

            attempt.BodySent();
            await OnTheWayAsync(TimeSpan.FromHours(1), attempt).ConfigureAwait(false);
            return Answers.Lost(call);
        }

        if (Falls(faults.TooMany))
        {
            await OnTheWayAsync(delay, attempt).ConfigureAwait(false);
            return Answers.TooMany(TimeSpan.FromSeconds(random.Next(1, 20)), "public_api_space_request_rate_limit");
        }

        if (Falls(faults.LongWait))
        {
            world.LongWaitUntil = world.Time.Now + TimeSpan.FromMinutes(random.Next(16, 41)).Ticks / 3;
            await OnTheWayAsync(delay, attempt).ConfigureAwait(false);
            return Answers.TooMany(TimeSpan.FromTicks((world.LongWaitUntil - world.Time.Now) * 3), "public_api_space_request_rate_limit");
        }

        if (call.MayForget && Falls(faults.Forget) && world.Notion.Find(call.FileUploadId!) is { } doomed)
        {
            world.Notion.Expire(doomed);
        }

        var errorBefore = Falls(faults.ErrorBefore);
        var errorAfter = Falls(faults.ErrorAfter) || (call.Attaches && Falls(faults.SavedAttach));
        var lostAfter = Falls(faults.LostAfter);
        if (call.Bytes > 0 && !await PushAsync(call.Bytes, attempt).ConfigureAwait(false))
        {
            return Answers.ServerError(call.Attaches, edge);
        }

        // Half of the way there; the work happens on Notion's side, whoever still listens.
        attempt.BodySent();
        var arrived = new TaskCompletionSource<NotionResult<T>>(TaskCreationOptions.RunContinuationsAsynchronously);
        world.Later(delay / 2, () =>
        {
            world.Note("notion", call.ToString());
            arrived.SetResult(
                world.Notion.Admit() is { } wait ? Answers.TooMany(wait, "public_api_request_rate_limit")
                : errorBefore ? Answers.ServerError(call.Attaches, edge)
                : work());
        });
        var answer = await arrived.Task.WaitAsync(attempt.Token).ConfigureAwait(false);
        attempt.ResponseStarted();
        await OnTheWayAsync(delay / 2, attempt).ConfigureAwait(false);
        return answer.IsSuccess && errorAfter ? Answers.ServerError(call.Attaches, edge) : answer.IsSuccess && lostAfter ? Answers.Lost(call) : answer;
    }

    /// <summary>The body goes up the link, which all sends share; false where Notion's time for the request was over before.</summary>
    private async Task<bool> PushAsync(long bytes, IAttempt attempt)
    {
        if (world.Scenario.BytesPerSecond == 0)
        {
            attempt.Progress(bytes);
            return true;
        }

        world.Sending++;
        try
        {
            var begin = world.Time.Elapsed;
            for (var left = bytes; left > 0;)
            {
                var piece = Math.Min(left, Math.Max(1, world.Scenario.BytesPerSecond));
                await OnTheWayAsync(TimeSpan.FromSeconds((double)piece * world.Sending / world.Scenario.BytesPerSecond), attempt).ConfigureAwait(false);
                attempt.Progress(piece);
                left -= piece;
                if (world.Time.Elapsed - begin >= RequestLimit)
                {
                    return false;
                }
            }

            return true;
        }
        finally
        {
            world.Sending--;
        }
    }

    private void LaterAtNotion<T>(int seconds, Func<NotionResult<T>> work)
        where T : class => world.Later(TimeSpan.FromSeconds(seconds), () =>
        {
            if (world.Notion.Admit() is null)
            {
                work();
            }
        });

    private Task OnTheWayAsync(TimeSpan delay, IAttempt attempt) => Task.Delay(delay, world.Time, attempt.Token);
}

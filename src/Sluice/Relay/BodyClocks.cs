namespace Sluice.Relay;

/// <summary>
/// The clocks of one body until it is over: while a read of ours is pending, the longest silence; while we are the slow side, the
/// trickle that keeps the client's offset moving; once staged, everything goes to the disk as fast as the client sends. A request
/// as such has no limit.
/// </summary>
internal sealed class BodyClocks(FeedLedger ledger, FeedBody body, FeedDisk? disk, Func<FeedBody, int, bool, CancellationToken, ValueTask<int>> hold, FeedOptions options, TimeProvider time)
{
    /// <summary>What is taken at once: below what the large object heap takes.</summary>
    private const int Piece = 64 << 10;

    /// <summary>While trickling, a peer that gives nothing for this long has nothing.</summary>
    private static readonly TimeSpan TrickleRead = TimeSpan.FromSeconds(1);

    public async Task WatchAsync()
    {
        var pump = Task.CompletedTask;
        while (!body.IsOver)
        {
            if (disk is { IsStaged: true } && pump.IsCompleted)
            {
                pump = PumpAsync();
            }

            var (busy, still) = ledger.Look(body);
            var left = (busy ? options.ClientIdle : options.HoldRead) - still;
            if (left > TimeSpan.Zero)
            {
                await WaitAsync(left).ConfigureAwait(false);
            }
            else if (busy)
            {
                ledger.Cut(body, BodyEnd.Idle);
                await WaitAsync(options.ClientIdle).ConfigureAwait(false);
            }
            else
            {
                await TrickleAsync().ConfigureAwait(false);
                ledger.Touch(body);
            }
        }

        await pump.ConfigureAwait(false);
    }

    /// <summary>Everything the client sends goes to the disk, until the body is over or the disk fails. Idle is whom <see cref="WatchAsync"/> cuts.</summary>
    private async Task PumpAsync()
    {
        while (!body.IsOver && disk!.IsStaged)
        {
            if (await hold(body, Piece, false, body.CutToken).ConfigureAwait(false) == 0 && !body.IsOver)
            {
                // Somebody else is at it at this moment.
                await Task.WhenAny(body.Ended, Task.Delay(TrickleRead, time, body.CutToken)).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Takes a window: less than that moves nothing at the peer.</summary>
    private async Task TrickleAsync()
    {
        // One source and one timer for all of it: a slow client brings a window in a hundred packets.
        using var silent = CancellationTokenSource.CreateLinkedTokenSource(body.CutToken);
        var timer = time.CreateTimer(static source => ((CancellationTokenSource)source!).Cancel(), silent, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        await using (timer.ConfigureAwait(false))
        {
            for (var left = options.Window; left > 0;)
            {
                timer.Change(TrickleRead, Timeout.InfiniteTimeSpan);
                var read = await hold(body, Math.Min(Piece, left), true, silent.Token).ConfigureAwait(false);
                if (read == 0)
                {
                    return;
                }

                left -= read;
            }
        }
    }

    private async Task WaitAsync(TimeSpan limit)
    {
        try
        {
            // Whole milliseconds, upwards: a timer that fires early would only come back.
            Task over = disk is { Staged.IsCompleted: false } ? Task.WhenAny(body.Ended, disk.Staged) : body.Ended;
            await over.WaitAsync(TimeSpan.FromMilliseconds(Math.Ceiling(limit.TotalMilliseconds)), time, CancellationToken.None).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // Look again.
        }
    }
}

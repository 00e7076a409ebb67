using System.Buffers;

namespace Sluice.Relay;

/// <summary>
/// The clocks of one body until it is over: while a read of ours is pending, the longest silence; while we are the slow side, the
/// trickle that keeps the client's offset moving; once staged, everything goes to the disk as fast as the client sends. A request
/// as such has no limit.
/// </summary>
internal sealed class BodyClocks(FeedLedger ledger, FeedBody body, FeedDisk? disk, Func<FeedBody, Memory<byte>, bool, CancellationToken, ValueTask<int>> hold, FeedOptions options, TimeProvider time)
{
    /// <summary>A window is taken in pieces of this size.</summary>
    private const int Piece = 32 << 10;

    /// <summary>What goes to the disk at full speed begins with pieces of this size, so that a thousand slow clients hold little.</summary>
    private const int SmallPiece = 8 << 10;

    /// <summary>Who fills a piece gets one of twice its size, up to this one: below what the large object heap takes.</summary>
    private const int LargePiece = 64 << 10;

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
        for (var piece = SmallPiece; !body.IsOver && disk!.IsStaged;)
        {
            var page = ArrayPool<byte>.Shared.Rent(piece);
            try
            {
                piece = await PumpAsync(page.AsMemory(0, piece)).ConfigureAwait(false);
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(page);
            }
        }
    }

    /// <summary>Goes on as long as the page fits what comes; gives the size of the next one. Who waits for a slow client holds a small one.</summary>
    private async Task<int> PumpAsync(Memory<byte> page)
    {
        while (!body.IsOver && disk!.IsStaged)
        {
            var read = await hold(body, page, false, CancellationToken.None).ConfigureAwait(false);
            if (read == page.Length && read < LargePiece)
            {
                return 2 * read;
            }

            if (read < page.Length / 2 && page.Length > SmallPiece)
            {
                return SmallPiece;
            }

            if (read == 0 && !body.IsOver)
            {
                // Somebody else is at it at this moment.
                await Task.WhenAny(body.Ended, Task.Delay(TrickleRead, time, body.CutToken)).ConfigureAwait(false);
            }
        }

        return SmallPiece;
    }

    /// <summary>Takes a window: less than that moves nothing at the peer.</summary>
    private async Task TrickleAsync()
    {
        var page = ArrayPool<byte>.Shared.Rent(Piece);
        try
        {
            for (var left = options.Window; left > 0;)
            {
                using var limit = new CancellationTokenSource(TrickleRead, time);
                var read = await hold(body, page.AsMemory(0, Math.Min(Piece, left)), true, limit.Token).ConfigureAwait(false);
                if (read == 0)
                {
                    return;
                }

                left -= read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(page);
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

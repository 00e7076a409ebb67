using System.Buffers;

namespace Sluice.Relay;

/// <summary>
/// One feed's use of its held run: (1) windows while nobody here takes bytes; (2) parts that fill slowly, which are sent from here
/// and pinned until then; (3) bytes given back from memory; (4) once staged, every byte. The run is contiguous: where bytes went
/// past its end into memory it begins anew behind them, unless a part in it is still to be sent. FeedDiskTests.
/// </summary>
internal sealed class FeedDisk(IHeldBytes run)
{
    private readonly TaskCompletionSource _staged = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _failed;
    private int _pins;

    /// <summary>The end of what lies here.</summary>
    public long End => run.End;

    /// <summary>True once all bytes go through the disk, until the disk fails.</summary>
    public bool IsStaged => _staged.Task.IsCompleted && !_failed;

    /// <summary>Whether there can ever be room for the whole upload.</summary>
    public bool CanStage => !_failed && run.CanBeWhole;

    /// <summary>Completes when all bytes go through the disk.</summary>
    public Task Staged => _staged.Task;

    /// <summary>Whether all bytes of a range lie here.</summary>
    public bool Has(long from, long to) => run.Start <= from && run.End >= to && to > from;

    /// <summary>Waits for room for the whole upload; from then on its bytes all come here, and stay until it is over. False: not for the moment.</summary>
    public async ValueTask<bool> TryStageAsync(CancellationToken cancellationToken)
    {
        if (_failed || !await run.TakeWholeAsync(cancellationToken).ConfigureAwait(false))
        {
            return false;
        }

        _staged.TrySetResult();
        return true;
    }

    /// <summary>Room for the bytes of a range that are not here yet, all of it or none; false too where the run cannot go on there.</summary>
    public async ValueTask<bool> TryMakeRoomAsync(long from, long to, bool trickle)
    {
        if (run.Start <= from && run.End >= from)
        {
            return run.End >= to || await run.TryMakeRoomAsync(to - run.End, trickle).ConfigureAwait(false);
        }

        if (Volatile.Read(ref _pins) > 0)
        {
            return false;
        }

        await run.ResetAsync(from, CancellationToken.None).ConfigureAwait(false);
        return await run.TryMakeRoomAsync(to - from, trickle).ConfigureAwait(false);
    }

    /// <summary>Puts bytes at their place; those that are here already are left as they are. False where they could not be put, and then none of the others was.</summary>
    public async ValueTask<bool> KeepAsync(long at, ReadOnlyMemory<byte> bytes)
    {
        if (run.Start > at || run.End < at)
        {
            if (Volatile.Read(ref _pins) > 0)
            {
                return false;
            }

            await run.ResetAsync(at, CancellationToken.None).ConfigureAwait(false);
        }

        var there = (int)Math.Min(bytes.Length, run.End - at);
        if (there == bytes.Length || await run.AppendAsync(bytes[there..], CancellationToken.None).ConfigureAwait(false))
        {
            return true;
        }

        // What was promised to be kept is not: from here on bytes go through memory.
        _failed = _staged.Task.IsCompleted;
        return false;
    }

    /// <summary>Keeps bytes that were in memory; gives the end of what is held then, which is smaller than asked for where room is short.</summary>
    /// <param name="from">Where they begin in the file.</param>
    /// <param name="copy">Copies bytes out: offset from <paramref name="from"/>, destination.</param>
    /// <param name="count">How many there are.</param>
    public async ValueTask<long> KeepAsync(long from, Action<long, Memory<byte>> copy, long count)
    {
        const int Piece = 64 << 10;
        var page = ArrayPool<byte>.Shared.Rent(Piece);
        try
        {
            var end = Has(from, Math.Min(run.End, from + count)) ? Math.Min(run.End, from + count) : from;
            while (end < from + count)
            {
                var piece = page.AsMemory(0, (int)Math.Min(Piece, from + count - end));
                copy(end - from, piece);
                if (!await KeepAsync(end, piece).ConfigureAwait(false))
                {
                    return end;
                }

                end += piece.Length;
            }

            // Behind them more may lie that was held before.
            return Has(from, run.End) ? run.End : end;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(page);
        }
    }

    public ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken) => run.ReadAsync(offset, buffer, cancellationToken);

    /// <summary>A part was read to its end for sending.</summary>
    public void Passed(long offset, long length) => run.Passed(offset, length);

    /// <summary>A part is sent from here: its bytes stay until the pin is disposed.</summary>
    public IDisposable Pin()
    {
        Interlocked.Increment(ref _pins);
        return new PinnedPart(this);
    }

    /// <summary>What lies before an offset is durable at Notion.</summary>
    public ValueTask ForgetBeforeAsync(long offset) => IsStaged || run.Start >= offset ? ValueTask.CompletedTask : run.ForgetBeforeAsync(Math.Min(offset, run.End), CancellationToken.None);

    /// <summary>The upload is over.</summary>
    public ValueTask ForgetAsync() => run.ForgetAsync();

    public ValueTask CloseAsync() => run.DisposeAsync();

    private sealed class PinnedPart(FeedDisk disk) : IDisposable
    {
        private FeedDisk? _disk = disk;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _disk, null) is { } pinned)
            {
                Interlocked.Decrement(ref pinned._pins);
            }
        }
    }
}

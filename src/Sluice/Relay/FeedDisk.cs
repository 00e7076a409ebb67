using System.Buffers;
using Sluice.Errors;

namespace Sluice.Relay;

/// <summary>
/// One feed's use of its held run: (1) windows while nobody here takes bytes; (2) parts that fill slowly, which are sent from here
/// and pinned until then; (3) bytes given back from memory; (4) once staged, every byte. The run is contiguous: where bytes went
/// past its end into memory it begins anew behind them, unless a part in it is still to be sent; then windows go to a second run
/// meanwhile, so that the client's offset advances all the same. Only where all before it is durable at Notion or in the run does a
/// part fill here: behind bytes that are in memory it would be lost with them. FeedDiskTests.
/// </summary>
/// <param name="run">The held run.</param>
/// <param name="durable">The end of what is durable at Notion.</param>
/// <param name="second">Makes the second run, which no other process reads; null: there is none.</param>
internal sealed class FeedDisk(IHeldBytes run, long durable, Func<IHeldBytes?>? second = null)
{
    private readonly TaskCompletionSource _staged = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IHeldBytes? _second;
    private long _durable = durable;
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
        var place = Place(from) ?? (trickle ? Second() : null);
        if (place is null || (!trickle && (place != run || (GoesOn(run, from) ? run.Start : from) > Interlocked.Read(ref _durable))))
        {
            return false;
        }

        if (!GoesOn(place, from))
        {
            await place.ResetAsync(from, CancellationToken.None).ConfigureAwait(false);
        }

        return place.End >= to || await place.TryMakeRoomAsync(to - place.End, trickle).ConfigureAwait(false);
    }

    /// <summary>Puts bytes at their place; those that are here already are left as they are. False where they could not be put, and then none of the others was.</summary>
    public async ValueTask<bool> KeepAsync(long at, ReadOnlyMemory<byte> bytes)
    {
        if (Place(at) is not { } place)
        {
            return false;
        }

        if (!GoesOn(place, at))
        {
            await place.ResetAsync(at, CancellationToken.None).ConfigureAwait(false);
        }

        var there = (int)Math.Min(bytes.Length, place.End - at);
        if (there == bytes.Length || await place.AppendAsync(bytes[there..], CancellationToken.None).ConfigureAwait(false))
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

            // Behind them more may lie that was held before, in the run or in the second one.
            return await JoinSecondAsync(Has(from, run.End) ? run.End : end, page).ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(page);
        }
    }

    public ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken) =>
        (_second is { } other && other.Start <= offset && offset < other.End && !Has(offset, offset + 1) ? other : run).ReadAsync(offset, buffer, cancellationToken);

    /// <summary>A part was read to its end for sending.</summary>
    public void Passed(long offset, long length) => run.Passed(offset, length);

    /// <summary>A part is sent from here: its bytes stay until the pin is disposed.</summary>
    public IDisposable Pin()
    {
        Interlocked.Increment(ref _pins);
        return new PinnedPart(this);
    }

    /// <summary>What lies before an offset is durable at Notion.</summary>
    public async ValueTask ForgetBeforeAsync(long offset)
    {
        // Parts are acknowledged side by side: what is told last need not be the furthest.
        for (var known = Interlocked.Read(ref _durable); known < offset;)
        {
            known = Interlocked.CompareExchange(ref _durable, offset, known);
        }

        if (_second is { } other && other.Start < offset)
        {
            await other.ForgetBeforeAsync(Math.Min(offset, other.End), CancellationToken.None).ConfigureAwait(false);
        }

        if (!IsStaged && run.Start < offset)
        {
            await run.ForgetBeforeAsync(Math.Min(offset, run.End), CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <summary>Notion forgot the upload: nothing is durable there.</summary>
    public void Rewind() => Interlocked.Exchange(ref _durable, 0);

    /// <summary>The upload is over.</summary>
    public async ValueTask ForgetAsync()
    {
        if (_second is { } other)
        {
            await other.ForgetAsync().ConfigureAwait(false);
        }

        await run.ForgetAsync().ConfigureAwait(false);
    }

    public async ValueTask CloseAsync()
    {
        if (_second is { } other)
        {
            await other.ForgetAsync().ConfigureAwait(false);
            await other.DisposeAsync().ConfigureAwait(false);
        }

        await run.DisposeAsync().ConfigureAwait(false);
    }

    private static bool GoesOn(IHeldBytes held, long at) => held.Start <= at && at <= held.End;

    /// <summary>Which run bytes at an offset go to: one that goes on there, else the first where it may begin anew; null: neither.</summary>
    private IHeldBytes? Place(long at)
    {
        var isPinned = Volatile.Read(ref _pins) > 0;
        return GoesOn(run, at) ? run
            : _second is { } other && GoesOn(other, at) && (isPinned || other.End > other.Start) ? other
            : isPinned ? null : run;
    }

    /// <summary>Copies what the second run has at an offset behind it in the first; gives the end of what the first has then. What cannot be read is asked for again.</summary>
    private async ValueTask<long> JoinSecondAsync(long end, byte[] page)
    {
        while (_second is { } other && other.Start <= end && other.End > end)
        {
            int read;
            try
            {
                read = await other.ReadAsync(end, page, CancellationToken.None).ConfigureAwait(false);
            }
            catch (SluiceException)
            {
                return end;
            }

            if (read == 0 || !await KeepAsync(end, page.AsMemory(0, read)).ConfigureAwait(false) || run.End < end + read)
            {
                return end;
            }

            end += read;
        }

        return end;
    }

    private IHeldBytes? Second() => _second ??= second?.Invoke();

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

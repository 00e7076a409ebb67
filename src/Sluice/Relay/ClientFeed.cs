using System.Buffers;
using System.Runtime.CompilerServices;
using Sluice.Checkpoints;
using Sluice.Errors;
using Sluice.Transfer;

namespace Sluice.Relay;

/// <summary>
/// The bytes of one upload as its clients bring them. Bodies come one at a time; the session reads them in order, straight
/// from the body into the part's memory. While the session takes nothing, a window of the body goes into the held run now and
/// then, so that the client sees its offset advance. What was taken is never asked for again, unless it was lost with a process,
/// could not be kept, or Notion forgot the upload. At most one reader is at the body at any time (ClientFeedTests).
/// </summary>
internal sealed class ClientFeed : IByteSource
{
    private readonly FeedLedger _ledger;
    private readonly FeedOptions _options;
    private readonly FeedDisk? _disk;
    private readonly TimeProvider _time;
    private volatile FeedBody? _comparing;

    /// <summary>Opens the feed of an upload.</summary>
    /// <param name="length">The file's length.</param>
    /// <param name="start">The end of what Notion has and the record says.</param>
    /// <param name="held">Bytes behind it that lie on the disk, and room for more; null: no disk.</param>
    /// <param name="options">The clocks.</param>
    /// <param name="time">The clock they go by.</param>
    /// <param name="second">Room for windows while the first is not to be moved (<see cref="FeedDisk"/>); null: none.</param>
    public ClientFeed(long length, long start, IHeldBytes? held, FeedOptions options, TimeProvider time, Func<IHeldBytes?>? second = null)
    {
        Length = length;
        Start = start;
        _disk = held is null ? null : new FeedDisk(held, start, second);
        _options = options;
        _time = time;
        _ledger = new FeedLedger(length, start, held is { } h && h.Start <= start && h.End > start ? h.End : start, time);
    }

    public long Length { get; }

    /// <inheritdoc />
    public FeedDisk? Disk => _disk;

    /// <inheritdoc />
    public ArrivalMeter Arrival { get; } = new();

    /// <inheritdoc />
    public long NotHere => Length - Taken;

    /// <inheritdoc />
    public bool IsAway => NotHere > 0 && !HasBody && _ledger.Away >= _options.ClientIdle;

    public bool CanReread => false;

    public bool CanChange => false;

    /// <summary>Where reading begins: what lies before needs no proof, its rows are the proof.</summary>
    public long Start { get; private set; }

    public SourceIdentity Identity => new("client", null, Length, null, null);

    /// <summary>The end of the contiguous bytes that Notion or this process has.</summary>
    public long Taken => _ledger.Taken;

    /// <summary>True while a body is attached.</summary>
    public bool HasBody => _ledger.Body is not null;

    /// <summary>
    /// Lends a body to the upload until it is over. The caller has ended the body before it (<see cref="EndBodyAsync"/>) and
    /// answers the request only when this returned.
    /// </summary>
    /// <param name="stream">The body.</param>
    /// <param name="offset">Where the client says it begins.</param>
    /// <param name="count">Its length where it is known; it is never longer than the file.</param>
    /// <param name="clientGone">Fires when the connection is known to be lost.</param>
    public async Task<BodyEnd> RunAsync(Stream stream, long offset, long? count, CancellationToken clientGone)
    {
        var taken = _ledger.Taken;
        if (offset == Length - 1 && taken == Length)
        {
            return await CompareLastByteAsync(stream, exact: count is not null, clientGone).ConfigureAwait(false);
        }

        if (count == 0)
        {
            return offset == taken ? BodyEnd.Whole : BodyEnd.WrongOffset;
        }

        var body = _ledger.TryAttach(stream, offset, count);
        if (body is null)
        {
            return _ledger.IsClosed ? BodyEnd.Cut : BodyEnd.WrongOffset;
        }

        var gone = clientGone.UnsafeRegister(static state => Cut(state, BodyEnd.ClientGone), (_ledger, body));
        await using (gone.ConfigureAwait(false))
        {
            await new BodyClocks(_ledger, body, _disk, HoldOneAsync, _options, _time).WatchAsync().ConfigureAwait(false);
            return await body.Ended.ConfigureAwait(false);
        }
    }

    /// <summary>Ends the body that is attached, if there is one, and waits until nobody reads from it; false where that took longer than the limit.</summary>
    public Task<bool> EndBodyAsync(TimeSpan limit) => EndAsync(BodyEnd.Cut, limit);

    private async Task<bool> EndAsync(BodyEnd why, TimeSpan limit)
    {
        if ((_ledger.Body ?? _comparing) is not { } body)
        {
            return true;
        }

        _ledger.Cut(body, why);
        try
        {
            await body.Ended.WaitAsync(limit, _time, CancellationToken.None).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    /// <summary>Waits until a byte at the session's place is here, or the end of a body is, before memory is asked for.</summary>
    /// <exception cref="SluiceException"><c>interrupted</c>: no client brought a body for longer than Front:ClientIdle.</exception>
    public async ValueTask WaitForBytesAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (held, body, news) = _ledger.LookAhead(_disk is { IsStaged: true });
            if (held)
            {
                return;
            }

            if (body is null)
            {
                await WaitForNewsAsync(news, cancellationToken).ConfigureAwait(false);
                continue;
            }

            var stop = cancellationToken.UnsafeRegister(static state => ((FeedBody)state!).Cut(BodyEnd.Stopped), body);
            await using (stop.ConfigureAwait(false))
            {
                var (_, end) = await ReadBodyAsync(body, Memory<byte>.Empty, body.CutToken).ConfigureAwait(false);
                var isHere = end is null && !body.CutToken.IsCancellationRequested;
                _ledger.Leave(body, [], toHeld: false, end);
                if (isHere)
                {
                    return;
                }
            }
        }
    }

    /// <inheritdoc />
    public async ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        int read;
        while ((read = await ReadHereAsync(offset, buffer, cancellationToken).ConfigureAwait(false)) < 0)
        {
            await WaitForBytesAsync(cancellationToken).ConfigureAwait(false);
        }

        return read;
    }

    /// <inheritdoc />
    public async ValueTask<int> ReadHereAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (offset >= Length)
        {
            return 0;
        }

        cancellationToken.ThrowIfCancellationRequested();
        var (held, body, _) = _ledger.Next(offset, _disk is { IsStaged: true });
        if (held)
        {
            var read = await _disk!.ReadAsync(offset, buffer, cancellationToken).ConfigureAwait(false);
            _ledger.ReadHeld(read);
            return read;
        }

        if (body is null)
        {
            return -1;
        }

        // A session that stops ends its body too: the client goes on where it is told.
        var stop = cancellationToken.UnsafeRegister(static state => ((FeedBody)state!).Cut(BodyEnd.Stopped), body);
        await using (stop.ConfigureAwait(false))
        {
            return await TakeAsync(body, buffer, body.CutToken).ConfigureAwait(false) is var taken and > 0 ? taken : -1;
        }
    }

    /// <summary>
    /// The session gives bytes back that it took but cannot send now: they go to the disk where there is room, else the client is
    /// asked for them again. Called by the session alone, while it does not read.
    /// </summary>
    /// <param name="from">Where the bytes begin; the session reads on from there.</param>
    /// <param name="copy">Copies bytes out: offset from <paramref name="from"/>, destination.</param>
    /// <param name="count">How many there are.</param>
    public async ValueTask GiveBackAsync(long from, Action<long, Memory<byte>> copy, long count)
    {
        var kept = _disk is null ? from : await _disk.KeepAsync(from, copy, count).ConfigureAwait(false);
        _ledger.GoBack(from, kept);
    }

    /// <summary>What lies before an offset is durable at Notion: its room on the disk can be used anew.</summary>
    public ValueTask ForgetBeforeAsync(long offset) => _disk?.ForgetBeforeAsync(offset) ?? ValueTask.CompletedTask;

    /// <summary>Notion forgot the upload: the session reads from the start again, from the disk where all of it lies there, else from the client.</summary>
    public bool TryRewind()
    {
        Start = 0;
        _disk?.Rewind();
        _ledger.GoBack(0, _disk is { } disk && disk.Has(0, disk.End) ? disk.End : 0);
        return true;
    }

    /// <inheritdoc />
    public SluiceError? CheckUnchanged() => null;

    /// <inheritdoc />
    public ValueTask ForgetAsync() => _disk?.ForgetAsync() ?? ValueTask.CompletedTask;

    /// <summary>A session ended; the feed outlives it.</summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Nobody will read or bring bytes any more.</summary>
    public async ValueTask CloseAsync()
    {
        _ledger.Close();
        await EndAsync(BodyEnd.Stopped, _options.EndWithin).ConfigureAwait(false);
        if (_disk is not null)
        {
            await _disk.CloseAsync().ConfigureAwait(false);
        }
    }

    private static void Cut(object? state, BodyEnd why)
    {
        var (ledger, body) = ((FeedLedger, FeedBody))state!;
        ledger.Cut(body, why);
    }

    /// <summary>One read of an occupied body into the session's memory; the body is free again afterwards. 0: nothing came before the token fired, or the body is over.</summary>
    private async ValueTask<int> TakeAsync(FeedBody body, Memory<byte> buffer, CancellationToken token)
    {
        var (read, end) = await ReadBodyAsync(body, buffer, token).ConfigureAwait(false);
        _ledger.Leave(body, buffer.Span[..read], toHeld: false, end);
        return read;
    }

    /// <summary>
    /// One read of the body into the held run, unless somebody else reads it or there is no room; 0: nothing came, or it is over. While
    /// it waits it holds no memory, and what the wait itself takes is used again: a thousand slow clients wait at a time, each again
    /// with every packet.
    /// </summary>
    /// <param name="body">The body.</param>
    /// <param name="most">Bytes at most.</param>
    /// <param name="trickle">True for the windows of a body that is held back.</param>
    /// <param name="cancellationToken">Ends the wait for a byte; at least when the body is cut.</param>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> HoldOneAsync(FeedBody body, int most, bool trickle, CancellationToken cancellationToken)
    {
        if (_disk is null || !_ledger.TryOccupy(body))
        {
            return 0;
        }

        // 1. A byte is here, or the end is.
        var (_, end) = await ReadBodyAsync(body, Memory<byte>.Empty, cancellationToken).ConfigureAwait(false);

        // 2. Room first: what was read and cannot be put anywhere would have to be asked for again.
        var want = (int)Math.Min(most, body.Remaining);
        if (end is not null || cancellationToken.IsCancellationRequested || !await _disk.TryMakeRoomAsync(_ledger.Taken, _ledger.Taken + want, trickle).ConfigureAwait(false))
        {
            _ledger.Leave(body, [], toHeld: true, end);
            return 0;
        }

        // 3. What is here, at once.
        var page = ArrayPool<byte>.Shared.Rent(want);
        try
        {
            (var read, end) = await ReadBodyAsync(body, page.AsMemory(0, want), cancellationToken).ConfigureAwait(false);
            if (read > 0 && !await _disk.KeepAsync(_ledger.Taken, page.AsMemory(0, read)).ConfigureAwait(false))
            {
                // Read, and nowhere to put: the client is asked for these bytes again.
                (read, end) = (0, BodyEnd.Cut);
            }

            _ledger.Leave(body, page.AsSpan(0, read), toHeld: true, end);
            return read;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(page);
        }
    }

    /// <summary>One read of an occupied body; with an empty buffer it waits until a byte or the end is here and takes nothing.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<(int Read, BodyEnd? End)> ReadBodyAsync(FeedBody body, Memory<byte> buffer, CancellationToken token)
    {
        var read = 0;
        var begun = _time.GetTimestamp();
        try
        {
            read = await body.Stream.ReadAsync(buffer[..(int)Math.Min(buffer.Length, body.Remaining)], token).ConfigureAwait(false);
            return (read, read > 0 || buffer.IsEmpty ? null : body.Exact ? BodyEnd.ClientGone : BodyEnd.Whole);
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
            // Nothing came in time, or the body was cut and knows why.
            return (0, null);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or InvalidOperationException)
        {
            return (0, BodyEnd.ClientGone);
        }
        finally
        {
            Arrival.Read(read, _time.GetElapsedTime(begun));
        }
    }

    /// <summary>Brings no new byte, so it is no body of the ledger's; whoever ends bodies ends it all the same.</summary>
    private async Task<BodyEnd> CompareLastByteAsync(Stream stream, bool exact, CancellationToken clientGone)
    {
        var body = new FeedBody(stream, 1, exact, _time.GetTimestamp());
        _comparing = body;
        BodyEnd? end = BodyEnd.ClientGone;
        try
        {
            using var limit = new CancellationTokenSource(_options.ClientIdle, _time);
            using var all = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, clientGone, body.CutToken);
            var one = new byte[1];
            var read = await stream.ReadAsync(one, all.Token).ConfigureAwait(false);
            end = read == 0 ? (exact ? BodyEnd.ClientGone : BodyEnd.Whole)
                : await IsLastByteAsync(one[0]).ConfigureAwait(false) ? BodyEnd.Whole : BodyEnd.Different;
        }
        catch (OperationCanceledException) when (body.CutToken.IsCancellationRequested)
        {
            end = null;
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or InvalidOperationException)
        {
            // Gone, or silent for too long.
        }
        finally
        {
            Interlocked.CompareExchange(ref _comparing, null, body);
            body.End(end);
        }

        return await body.Ended.ConfigureAwait(false);
    }

    /// <summary>As far as that is known: from memory, else from the disk.</summary>
    private async ValueTask<bool> IsLastByteAsync(byte value)
    {
        if (_ledger.LastByte is not null || _disk is null || !_disk.Has(Length - 1, Length))
        {
            return _ledger.LastByte is not { } last || last == value;
        }

        var one = new byte[1];
        return await _disk.ReadAsync(Length - 1, one, CancellationToken.None).ConfigureAwait(false) == 0 || one[0] == value;
    }

    private async ValueTask WaitForNewsAsync(Task news, CancellationToken cancellationToken)
    {
        var left = _options.ClientIdle - _ledger.Away;
        try
        {
            if (left > TimeSpan.Zero)
            {
                // Whole milliseconds, upwards: less than one would be no wait at all, again and again (the simulation's relay-forgetful).
                await news.WaitAsync(TimeSpan.FromMilliseconds(Math.Ceiling(left.TotalMilliseconds)), _time, cancellationToken).ConfigureAwait(false);
                return;
            }
        }
        catch (TimeoutException)
        {
            // Told below.
        }

        if (_ledger.IsAway && _ledger.Away >= _options.ClientIdle)
        {
            throw new SluiceException(ErrorCodes.Interrupted, "The client went away; what arrived is kept, and the upload goes on when it comes back.");
        }
    }
}

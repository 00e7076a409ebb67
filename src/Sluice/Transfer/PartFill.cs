using Sluice.Buffers;
using Sluice.Errors;
using Sluice.Relay;

namespace Sluice.Transfer;

/// <summary>
/// One part while its bytes arrive: in memory under a ticket, or on the disk. A ticket that is not filled in time moves to the
/// disk where another waits for it (a timer's doing, so that it costs nothing per piece and a silent client cannot stop it); a
/// disk that fails in the middle gives the part to memory. One step at a time. RelayPartSupplyTests.
/// </summary>
internal sealed class PartFill : IAsyncDisposable
{
    private readonly FillLanes _lanes;
    private readonly FeedDisk? _disk;
    private readonly long _from;
    private readonly long _length;
    private readonly Func<long, CancellationToken, ValueTask<PartBuffer>> _rent;
    private readonly SemaphoreSlim _step = new(1, 1);
    private readonly long _begun;
    private readonly CancellationToken _stop;
    private readonly ITimer? _timer;
    private PartBuffer? _buffer;
    private IDisposable? _pin;
    private IDisposable? _slow;
    private bool _over;

    /// <summary>Begins a part.</summary>
    /// <param name="lanes">The lanes of the engine.</param>
    /// <param name="disk">The upload's disk, where it has one.</param>
    /// <param name="from">Where the part begins.</param>
    /// <param name="length">Its length.</param>
    /// <param name="buffer">Its memory; null: it fills on the disk.</param>
    /// <param name="isSlow">Whether it is known to fill slowly.</param>
    /// <param name="rent">Gets memory where the disk fails.</param>
    /// <param name="stop">Ends the waits.</param>
    public PartFill(FillLanes lanes, FeedDisk? disk, long from, long length, PartBuffer? buffer, bool isSlow, Func<long, CancellationToken, ValueTask<PartBuffer>> rent, CancellationToken stop)
    {
        _lanes = lanes;
        _disk = disk;
        _from = from;
        _length = length;
        _buffer = buffer;
        _rent = rent;
        _stop = stop;
        _begun = lanes.Time.GetTimestamp();
        if (buffer is null)
        {
            _pin = disk!.Pin();
            return;
        }

        _slow = isSlow ? lanes.CountSlow() : null;
        _timer = lanes.Time.CreateTimer(static fill => _ = ((PartFill)fill!).LookAsync(), this, SlowFillRule.Patience, SlowFillRule.LookAgain);
    }

    /// <summary>True while it is in memory.</summary>
    public bool HasTicket => _buffer is not null;

    /// <summary>
    /// Where the next bytes can be read to, in memory; empty where the part fills on the disk. Nothing moves until <see cref="Return"/>, so
    /// it is borrowed only when a byte is there to be read.
    /// </summary>
    public async ValueTask<Memory<byte>> BorrowAsync()
    {
        await _step.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        var place = Memory<byte>.Empty;
        try
        {
            return place = _buffer?.GetMemory() ?? Memory<byte>.Empty;
        }
        finally
        {
            if (place.IsEmpty)
            {
                _step.Release();
            }
        }
    }

    /// <summary>So many bytes were read to where <see cref="BorrowAsync"/> said.</summary>
    public void Return(int read)
    {
        _buffer!.Advance(read);
        _step.Release();
    }

    /// <summary>Takes the next bytes.</summary>
    /// <param name="offset">Where they lie in the upload; right behind those taken before.</param>
    /// <param name="piece">The bytes.</param>
    public async ValueTask TakeAsync(long offset, ReadOnlyMemory<byte> piece)
    {
        await _step.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            if (_buffer is null && !await _disk!.KeepAsync(offset, piece).ConfigureAwait(false))
            {
                await MoveToMemoryAsync(offset).ConfigureAwait(false);
            }

            _buffer?.Append(piece.Span);
        }
        finally
        {
            _step.Release();
        }
    }

    /// <summary>The part is whole: what is to be sent, and what its sender disposes. From here on nothing moves.</summary>
    public async ValueTask<(PartBuffer? Buffer, IDisposable Holds)> EndAsync()
    {
        await StopAsync().ConfigureAwait(false);
        var (buffer, pin) = (_buffer, _pin);
        (_buffer, _pin) = (null, null);
        return (buffer, (IDisposable?)buffer ?? pin!);
    }

    /// <summary>The fill ends before the part is whole: what is in memory, for its owner to give back; null where all of it lies on the disk.</summary>
    public async ValueTask<PartBuffer?> BreakOffAsync()
    {
        await StopAsync().ConfigureAwait(false);
        var buffer = _buffer;
        _buffer = null;
        buffer?.Freeze();
        return buffer;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync().ConfigureAwait(false);
        _buffer?.Dispose();
        _pin?.Dispose();
        (_buffer, _pin) = (null, null);
    }

    private async ValueTask StopAsync()
    {
        await _step.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        _over = true;
        _slow?.Dispose();
        _slow = null;
        _timer?.Dispose();
        _step.Release();
    }

    /// <summary>The timer's look at a ticket that is still not full.</summary>
    private async Task LookAsync()
    {
        await _step.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            if (_over || _buffer is not { } buffer)
            {
                return;
            }

            _slow ??= _lanes.CountSlow();
            if (_disk is null || !SlowFillRule.ShouldMove(_lanes.SomebodyWaits, _lanes.Time.GetElapsedTime(_begun)) || !await _disk.TryMakeRoomAsync(_from, _from + _length, trickle: false).ConfigureAwait(false))
            {
                return;
            }

            buffer.Freeze();
            if (await _disk.KeepAsync(_from, (at, piece) => buffer.CopyTo(at, piece.Span), buffer.Length).ConfigureAwait(false) >= _from + buffer.Length)
            {
                _pin = _disk.Pin();
                _buffer = null;
                buffer.Dispose();
                _slow.Dispose();
                _slow = null;
            }
            else
            {
                buffer.Thaw();
            }
        }
        finally
        {
            _step.Release();
        }
    }

    /// <summary>The disk took no more: what it has of the part is read back.</summary>
    private async ValueTask MoveToMemoryAsync(long offset)
    {
        var buffer = await _rent(_length, _stop).ConfigureAwait(false);
        try
        {
            for (var at = _from; at < offset;)
            {
                var into = buffer.GetMemory();
                var read = await _disk!.ReadAsync(at, into[..(int)Math.Min(into.Length, offset - at)], _stop).ConfigureAwait(false);
                if (read == 0)
                {
                    throw new SluiceException(ErrorCodes.Interrupted, "The spool's disk failed and bytes that lay there are lost; they are asked for again.");
                }

                buffer.Advance(read);
                at += read;
            }
        }
        catch
        {
            buffer.Dispose();
            throw;
        }

        _buffer = buffer;
        _pin?.Dispose();
        _pin = null;
    }
}

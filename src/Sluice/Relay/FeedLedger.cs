namespace Sluice.Relay;

/// <summary>
/// Who may read what of one upload: how far its bytes were taken, how far the session has read, which body is attached and whether
/// somebody reads it. No input or output; every method is one step under one lock (ClientFeedTests).
/// </summary>
internal sealed class FeedLedger
{
    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly long _length;
    private TaskCompletionSource? _news;
    private FeedBody? _body;
    private long _taken;
    private long _read;
    private long _awaySince;
    private int _lastByte = -1;
    private bool _closed;

    public FeedLedger(long length, long start, long taken, TimeProvider time)
    {
        _length = length;
        _read = start;
        _taken = taken;
        _time = time;
        _awaySince = time.GetTimestamp();
    }

    /// <summary>The end of the contiguous bytes that Notion or this process has.</summary>
    public long Taken
    {
        get
        {
            lock (_lock)
            {
                return _taken;
            }
        }
    }

    /// <summary>The body that is attached.</summary>
    public FeedBody? Body
    {
        get
        {
            lock (_lock)
            {
                return _body;
            }
        }
    }

    /// <summary>How long no body has been attached.</summary>
    public TimeSpan Away
    {
        get
        {
            lock (_lock)
            {
                return _body is null ? _time.GetElapsedTime(_awaySince) : TimeSpan.Zero;
            }
        }
    }

    /// <summary>True once nobody will read any more.</summary>
    public bool IsClosed
    {
        get
        {
            lock (_lock)
            {
                return _closed;
            }
        }
    }

    /// <summary>From now on no body is attached; the one that is has to be ended.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _closed = true;
        }
    }

    /// <summary>Attaches a body; null where its offset is not where the bytes here end, another is attached, or nobody will read it.</summary>
    public FeedBody? TryAttach(Stream stream, long offset, long? count)
    {
        FeedBody body;
        lock (_lock)
        {
            if (_closed || offset != _taken || _body is not null)
            {
                return null;
            }

            _body = body = new FeedBody(stream, Math.Min(count ?? long.MaxValue, _length - offset), count is not null, _time.GetTimestamp());
        }

        Signal();
        return body;
    }

    /// <summary>The session's next step at an offset; the offset must be where it stopped.</summary>
    /// <param name="offset">Where the session is.</param>
    /// <param name="staged">True where bodies go to the disk alone, and the session reads from there.</param>
    /// <returns>Held: the bytes are in the held run. A body, occupied for it: read that. Neither: wait for the news.</returns>
    public (bool Held, FeedBody? Body, Task News) Next(long offset, bool staged)
    {
        lock (_lock)
        {
            ArgumentOutOfRangeException.ThrowIfNotEqual(offset, _read);
            var held = _read < _taken || _read == _length;
            var body = held || staged ? null : OccupyUnderLock(_body);
            return (held, body, held || body is not null ? Task.CompletedTask : (_news ??= NewSignal()).Task);
        }
    }

    /// <summary>What <see cref="Next"/> says at the place where the session stopped.</summary>
    public (bool Held, FeedBody? Body, Task News) LookAhead(bool staged)
    {
        lock (_lock)
        {
            return Next(_read, staged);
        }
    }

    /// <summary>True where the wait of <see cref="LookAhead"/> makes no sense any more.</summary>
    public bool IsAway
    {
        get
        {
            lock (_lock)
            {
                return _body is null && _read == _taken && _read < _length;
            }
        }
    }

    /// <summary>Makes the caller the body's only reader until <see cref="Leave"/>; false where it has one, or is attached no more.</summary>
    public bool TryOccupy(FeedBody body)
    {
        lock (_lock)
        {
            return _body == body && OccupyUnderLock(body) is not null;
        }
    }

    /// <summary>Whether somebody reads the body, and how long it has stood still.</summary>
    public (bool Busy, TimeSpan Still) Look(FeedBody body)
    {
        lock (_lock)
        {
            return (body.Busy, _time.GetElapsedTime(body.MovedAt));
        }
    }

    /// <summary>The body's clock begins anew.</summary>
    public void Touch(FeedBody body)
    {
        lock (_lock)
        {
            body.MovedAt = _time.GetTimestamp();
        }
    }

    /// <summary>A read of the body is over; the caller is its reader no more.</summary>
    /// <param name="body">The body.</param>
    /// <param name="bytes">What it gave.</param>
    /// <param name="toHeld">True where the bytes went to the held run, false where the session has them.</param>
    /// <param name="end">How the body ended, where the read told.</param>
    public void Leave(FeedBody body, ReadOnlySpan<byte> bytes, bool toHeld, BodyEnd? end)
    {
        bool over;
        lock (_lock)
        {
            body.Busy = false;
            body.MovedAt = _time.GetTimestamp();
            body.Remaining -= bytes.Length;
            _taken += bytes.Length;
            _read += toHeld ? 0 : bytes.Length;
            _lastByte = _taken == _length && bytes.Length > 0 ? bytes[^1] : _lastByte;
            end ??= body.Remaining == 0 ? BodyEnd.Whole : null;
            over = (end is not null || body.CutToken.IsCancellationRequested) && DetachUnderLock(body);
        }

        if (over)
        {
            body.End(end);
        }

        Signal();
    }

    /// <summary>Ends a body: at once where nobody reads it, else its reader does when the read has returned.</summary>
    public void Cut(FeedBody body, BodyEnd why)
    {
        body.Cut(why);
        bool over;
        lock (_lock)
        {
            over = !body.Busy && DetachUnderLock(body);
        }

        if (over)
        {
            body.End();
            Signal();
        }
    }

    /// <summary>The session read bytes from the held run.</summary>
    public void ReadHeld(int count)
    {
        lock (_lock)
        {
            _read += count;
        }
    }

    /// <summary>The session reads from an offset again, and bytes from <paramref name="taken"/> on are not here any more: a body that brings what lies behind them is cut.</summary>
    public void GoBack(long read, long taken)
    {
        FeedBody? body = null;
        lock (_lock)
        {
            _read = read;
            if (taken < _taken)
            {
                _taken = taken;
                _lastByte = -1;
                body = _body;
            }
        }

        if (body is not null)
        {
            Cut(body, BodyEnd.Cut);
        }

        Signal();
    }

    /// <summary>The file's last byte, where it was seen here; else null.</summary>
    public byte? LastByte
    {
        get
        {
            lock (_lock)
            {
                return _lastByte < 0 ? null : (byte)_lastByte;
            }
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private FeedBody? OccupyUnderLock(FeedBody? body)
    {
        if (body is not { Busy: false })
        {
            return null;
        }

        body.Busy = true;
        body.MovedAt = _time.GetTimestamp();
        return body;
    }

    private bool DetachUnderLock(FeedBody body)
    {
        if (_body != body)
        {
            return false;
        }

        _body = null;
        _awaySince = _time.GetTimestamp();
        return true;
    }

    private void Signal()
    {
        TaskCompletionSource? before;
        lock (_lock)
        {
            (before, _news) = (_news, null);
        }

        before?.TrySetResult();
    }
}

using Sluice.Buffers;
using Sluice.Errors;
using Sluice.Relay;

namespace Sluice.Spool;

/// <summary>
/// The bytes of one client's upload on the disk: a spool file that says by its mark where in the upload it begins. Room is
/// taken before it is written: windows of a held upload from the quota (<see cref="SpoolTrickle"/>), parts from what is free at
/// once, a whole upload in the line. The file is made with the first byte, and closed, synced, with the run; it stays where it
/// holds bytes. One writer at a time, any number of readers. SpoolRunTests.
/// </summary>
internal sealed class SpoolRun : IHeldBytes
{
    /// <summary>Giving room back in the middle costs two syncs: less than this is not worth them.</summary>
    private const long LeastHole = 1 << 20;

    private readonly SpoolKeeper _keeper;
    private readonly string _id;
    private readonly long _length;
    private readonly SpoolTrickle.Quota _quota;
    private readonly SemaphoreSlim _writing = new(1, 1);
    private volatile SpoolStay? _stay;
    private SpoolReservation? _whole;
    private long _origin;
    private long _start;
    private long _end;
    private long _roomFrom;
    private bool _over;

    private SpoolRun(SpoolKeeper keeper, string id, long length, long start)
    {
        _keeper = keeper;
        _id = id;
        _length = length;
        _quota = keeper.Folder.Trickle().Open();
        _origin = _start = _end = _roomFrom = start;
    }

    public long Start => Interlocked.Read(ref _start);

    public long End => Interlocked.Read(ref _end);

    public bool IsWhole => Volatile.Read(ref _whole) is not null;

    public bool CanBeWhole => _keeper.Folder.Health.Off.IsOk && _length <= _keeper.Folder.LargestUpload;

    /// <summary>What is counted for it.</summary>
    private long Room => _quota.Bytes + (_stay is { } stay ? stay.Space.Bytes - 1 : 0) + (_whole?.Bytes ?? 0);

    /// <summary>Opens what an earlier run left, or nothing.</summary>
    /// <exception cref="SluiceException">The disk does not say how much it has.</exception>
    public static SpoolRun Open(SpoolKeeper keeper, string id, long length, long prefix)
    {
        var run = new SpoolRun(keeper, id, length, prefix);
        var (stay, outcome) = keeper.Folder.Open(id);
        if (stay is null)
        {
            if (outcome.Status == SpoolStatus.Missing)
            {
                // Nothing that can be trusted: whatever is there must not stand in the way of the file to be made.
                keeper.Folder.OpenToRemove(id)?.Delete();
            }

            return run;
        }

        var (start, end) = (stay.File.Origin + stay.File.Forgotten, stay.File.Origin + stay.File.Length);
        if (start > prefix || end <= prefix || end <= start || end > length)
        {
            stay.Forget();
            return run;
        }

        (run._stay, run._origin, run._start, run._end, run._roomFrom) = (stay, stay.File.Origin, start, end, start);
        return run;
    }

    /// <inheritdoc />
    public async ValueTask<bool> TryMakeRoomAsync(long bytes, bool trickle)
    {
        await _writing.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            return TryMakeRoomInTurn(bytes, trickle);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <inheritdoc />
    public async ValueTask<bool> TakeWholeAsync(CancellationToken cancellationToken)
    {
        if (IsWhole)
        {
            return true;
        }

        if (!CanBeWhole)
        {
            return false;
        }

        var lacking = Math.Max(1, _length - Start - Room);
        var whole = await _keeper.ReserveAsync(new LinePlace(_id, accepted: true), lacking, static () => { }, cancellationToken).ConfigureAwait(false);
        if (whole is null || Interlocked.CompareExchange(ref _whole, whole, null) is not null || _over)
        {
            whole?.Dispose();
        }

        return IsWhole;
    }

    /// <inheritdoc />
    public async ValueTask<bool> AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (!(TryMakeRoomInTurn(bytes.Length, trickle: false) || TryMakeRoomInTurn(bytes.Length, trickle: true)) || EnsureStayInTurn() is not { } stay)
            {
                return false;
            }

            var outcome = stay.File.Append(bytes.Span);
            if (outcome.IsOk)
            {
                Interlocked.Add(ref _end, bytes.Length);
            }

            _keeper.Folder.Health.Failed(outcome);
            return outcome.IsOk;
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <inheritdoc />
    public ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var outcome = new SpoolOutcome(SpoolStatus.Missing);
        var read = 0;
        if (_stay is { } stay)
        {
            outcome = stay.File.Read(buffer.Span[..(int)Math.Min(buffer.Length, End - offset)], offset - _origin, out read);
        }

        return outcome.IsOk ? ValueTask.FromResult(read) : throw new SluiceException(SpoolErrors.Of(_keeper.Folder.Shown, outcome));
    }

    /// <inheritdoc />
    public void Passed(long offset, long length) => _stay?.File.Passed(offset - _origin, length);

    /// <inheritdoc />
    public async ValueTask ForgetBeforeAsync(long offset, CancellationToken cancellationToken)
    {
        if (IsWhole || offset <= Start)
        {
            return;
        }

        await _writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_stay is not { } stay || offset <= Start)
            {
                return;
            }

            if (offset >= End)
            {
                BeginInTurn(stay, End);
            }
            else if (offset - _roomFrom >= LeastHole)
            {
                var (outcome, gaveRoom) = stay.File.Forget(offset - _origin);
                _keeper.Folder.Health.Failed(outcome);
                Interlocked.Exchange(ref _start, outcome.IsOk ? offset : Start);
                if (gaveRoom)
                {
                    _roomFrom = offset;
                    stay.Space.ShrinkTo(1 + Math.Max(0, End - _roomFrom - _quota.Bytes));
                }
            }
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <inheritdoc />
    public async ValueTask ResetAsync(long start, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_stay is { } stay)
            {
                BeginInTurn(stay, start);
            }
            else
            {
                PlaceAt(start);
            }
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <inheritdoc />
    public async ValueTask ForgetAsync()
    {
        await _writing.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            _over = true;
            PlaceAt(End);
            _stay?.Forget();
            _stay = null;
            GiveRoomBack();
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Closes the file; what it holds is on the disk then, for the next process too.</summary>
    public async ValueTask DisposeAsync()
    {
        await _writing.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            _over = true;
            if (_stay is { } stay)
            {
                stay.IsRecorded = End > Start;
                if (stay.IsRecorded)
                {
                    _keeper.Folder.Health.Failed(stay.File.Sync());
                }

                _stay = null;
                stay.Dispose();
            }

            GiveRoomBack();
        }
        finally
        {
            _writing.Release();
        }
    }

    private bool TryMakeRoomInTurn(long bytes, bool trickle)
    {
        if (!_keeper.Folder.Health.Off.IsOk || _over)
        {
            return false;
        }

        var missing = bytes - (Room - (End - _roomFrom));
        if (missing <= 0)
        {
            return true;
        }

        // Nobody goes past those who wait for the room of a whole upload.
        return trickle ? _quota.TryTake((int)missing) : _keeper.Folder.Space().Waiting == 0 && EnsureStayInTurn() is { } stay && stay.Space.TryGrow(missing);
    }

    /// <summary>The file with its first byte of space; null where the disk refuses it.</summary>
    private SpoolStay? EnsureStayInTurn()
    {
        if (_stay is { } there)
        {
            return there;
        }

        var folder = _keeper.Folder;
        var (stay, outcome) = folder.Create(_id, folder.Space().Adopt(new LinePlace(_id, accepted: true), 1));
        if (stay is not null)
        {
            outcome = stay.File.Begin(_origin);
            if (!outcome.IsOk)
            {
                stay.Forget();
                stay = null;
            }
        }

        folder.Health.Failed(outcome);
        return _stay = stay;
    }

    private void BeginInTurn(SpoolStay stay, long start)
    {
        var outcome = stay.File.Begin(start);
        if (!outcome.IsOk)
        {
            // What is in it must not be taken for anything else; the next byte makes a new one, where the disk lets it.
            _keeper.Folder.Health.Failed(outcome);
            stay.Forget();
            _stay = null;
        }

        PlaceAt(start);
        stay.Space.ShrinkTo(_stay is null ? 0 : 1);
        _quota.GiveBack();
    }

    private void PlaceAt(long start)
    {
        Interlocked.Exchange(ref _start, start);
        Interlocked.Exchange(ref _end, start);
        (_origin, _roomFrom) = (start, start);
    }

    private void GiveRoomBack()
    {
        _quota.Dispose();
        Interlocked.Exchange(ref _whole, null)?.Dispose();
    }
}

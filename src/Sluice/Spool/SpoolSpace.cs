using Sluice.Buffers;
using Sluice.Errors;

namespace Sluice.Spool;

/// <summary>
/// Disk space counted before it is written. A whole part or a whole upload takes all its space at once or waits in one line
/// (<see cref="LineKey"/>), and nobody goes past the first, so the first can always finish. Only who holds space already may
/// take more without standing in line, and never by waiting: it is nearer to giving everything back than anyone who waits.
/// SpoolSpaceTests and SpoolSpacePropertyTests hold all of it.
/// </summary>
internal sealed class SpoolSpace(long limit) : IDisposable
{
    private static readonly Func<LineWaiter<SpoolReservation>, bool> Anyone = static _ => true;

    private readonly Lock _lock = new();
    private readonly WaitingLine<SpoolReservation> _line = new();
    private long _reserved;
    private long _elsewhere;
    private long _grants;
    private bool _disposed;

    /// <summary>The ceiling in bytes.</summary>
    public long Limit => limit;

    /// <summary>What this process has given out.</summary>
    public long ReservedBytes => Interlocked.Read(ref _reserved);

    /// <summary>What lies in the same folder for others, as last measured.</summary>
    public long ElsewhereBytes => Interlocked.Read(ref _elsewhere);

    /// <summary>What is neither given out nor taken by others.</summary>
    public long FreeBytes
    {
        get
        {
            lock (_lock)
            {
                return FreeUnderLock();
            }
        }
    }

    /// <summary>How many requests wait.</summary>
    public int Waiting
    {
        get
        {
            lock (_lock)
            {
                return _line.CountUnderLock;
            }
        }
    }

    /// <summary>What is missing to serve whoever is first in line, and where nobody waits somebody who asks for so many bytes; 0: nothing.</summary>
    public long ShortBy(long bytes)
    {
        lock (_lock)
        {
            return Math.Max(0, (_line.FirstUnderLock(Anyone)?.Bytes ?? bytes) - FreeUnderLock());
        }
    }

    /// <summary>What is missing to let somebody who holds space have so many bytes more.</summary>
    public long MissingFor(long bytes)
    {
        lock (_lock)
        {
            return Math.Max(0, bytes - FreeUnderLock());
        }
    }

    /// <summary>Space for all of it, where that can be had at once without going past anyone; else null.</summary>
    public SpoolReservation? TryAcquire(LinePlace place, long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bytes, 1);
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _line.CountUnderLock == 0 && bytes <= FreeUnderLock() ? GrantUnderLock(place, bytes) : null;
        }
    }

    /// <summary>Waits for space for all of it; the wait's reason is <see cref="Diagnostics.WaitReason.Spool"/>. Null where the bound was over first.</summary>
    /// <exception cref="SluiceException"><c>disk_full</c>: larger than <see cref="Limit"/>, so that no wait would end.</exception>
    public async ValueTask<SpoolReservation?> AcquireAsync(LinePlace place, long bytes, TimeSpan bound, TimeProvider time, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var waiter = Join(place, bytes);
        if (waiter.Task.IsCompleted)
        {
            return await waiter.Task.ConfigureAwait(false);
        }

        using var over = new CancellationTokenSource(bound, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(over.Token, cancellationToken);
        using var registration = both.Token.UnsafeRegister(
            static state =>
            {
                var (space, waiting) = ((SpoolSpace, LineWaiter<SpoolReservation>))state!;
                space.Cancel(waiting);
            },
            (this, waiter));
        try
        {
            return await waiter.Task.ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Whose patience it was is asked, not guessed: the caller's own wish to stop goes first.
            cancellationToken.ThrowIfCancellationRequested();
            return null;
        }
    }

    /// <summary>Bytes that lie on the disk already are counted whatever the limit: they are there.</summary>
    public SpoolReservation Adopt(LinePlace place, long bytes)
    {
        lock (_lock)
        {
            return GrantUnderLock(place, bytes);
        }
    }

    /// <summary>What others have in the folder was measured again: whoever is first in line may be served now.</summary>
    public void SetElsewhere(long bytes)
    {
        List<LineWaiter<SpoolReservation>>? granted;
        lock (_lock)
        {
            Volatile.Write(ref _elsewhere, bytes);
            granted = DrainUnderLock();
        }

        Tell(granted);
    }

    /// <summary>Nobody waits any longer; what was given out can still come back.</summary>
    public void Dispose()
    {
        List<LineWaiter<SpoolReservation>> left;
        lock (_lock)
        {
            _disposed = true;
            left = _line.TakeAllUnderLock();
        }

        foreach (var waiter in left)
        {
            waiter.Fail(new ObjectDisposedException(nameof(SpoolSpace)));
        }
    }

    internal bool TryGrow(SpoolReservation reservation, long by)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(by);
        lock (_lock)
        {
            if (by > FreeUnderLock() || reservation.Bytes == 0)
            {
                return false;
            }

            ResizeUnderLock(reservation, reservation.Bytes + by);
            return true;
        }
    }

    internal void Shrink(SpoolReservation reservation, long bytes)
    {
        List<LineWaiter<SpoolReservation>>? granted;
        lock (_lock)
        {
            if (reservation.Bytes <= bytes)
            {
                return;
            }

            ResizeUnderLock(reservation, bytes);
            granted = DrainUnderLock();
        }

        Tell(granted);
    }

    private static void Tell(List<LineWaiter<SpoolReservation>>? granted)
    {
        foreach (var waiter in granted ?? [])
        {
            waiter.Complete();
        }
    }

    private LineWaiter<SpoolReservation> Join(LinePlace place, long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bytes, 1);
        if (bytes > limit)
        {
            throw new SluiceException(ErrorCodes.DiskFull, $"{bytes:N0} bytes never fit into the spool, which may take {limit:N0} (Spool:MaxBytes). Raise it, or set Spool:Directory to a larger disk.");
        }

        LineWaiter<SpoolReservation> waiter;
        List<LineWaiter<SpoolReservation>>? granted;
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            waiter = _line.AddUnderLock(place, bytes);
            granted = DrainUnderLock();
        }

        Tell(granted);
        return waiter;
    }

    private void Cancel(LineWaiter<SpoolReservation> waiter)
    {
        List<LineWaiter<SpoolReservation>>? granted;
        lock (_lock)
        {
            if (!_line.RemoveUnderLock(waiter))
            {
                return;
            }

            // The first in line may be gone, and the next one's wish smaller.
            granted = DrainUnderLock();
        }

        waiter.Cancel(CancellationToken.None);
        Tell(granted);
    }

    private long FreeUnderLock() => Math.Max(0, limit - _reserved - _elsewhere);

    private List<LineWaiter<SpoolReservation>>? DrainUnderLock()
    {
        List<LineWaiter<SpoolReservation>>? granted = null;
        while (_line.FirstUnderLock(Anyone) is { } first && first.Bytes <= FreeUnderLock())
        {
            _ = _line.RemoveUnderLock(first);
            first.Grant = GrantUnderLock(first.Place, first.Bytes);
            (granted ??= []).Add(first);
        }

        return granted;
    }

    private SpoolReservation GrantUnderLock(LinePlace place, long bytes)
    {
        Volatile.Write(ref _reserved, _reserved + bytes);
        place.GrantUnderLock(bytes, ++_grants);
        return new SpoolReservation(this, place, bytes);
    }

    /// <summary>A place in the line counts grants and bytes; a changed grant is the old one back and a new one out.</summary>
    private void ResizeUnderLock(SpoolReservation reservation, long bytes)
    {
        var before = reservation.Bytes;
        Volatile.Write(ref _reserved, _reserved + bytes - before);
        reservation.Place.ReturnUnderLock(before);
        if (bytes > 0)
        {
            reservation.Place.GrantUnderLock(bytes, reservation.Place.LastGrant);
        }

        reservation.SetUnderLock(bytes);
    }
}

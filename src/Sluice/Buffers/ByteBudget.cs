using Sluice.Errors;

namespace Sluice.Buffers;

/// <summary>
/// The ceiling on part memory. A part takes its whole ticket at once or waits in one line (<see cref="LineKey"/>). Nobody
/// goes past the first in line, however small his wish, so the first can always finish; skipped is only who is at his own
/// upload's maximum, for he waits for himself. No upload gets a second ticket while another waits for its first: who holds
/// none stands before who holds one, and the line is strict. ByteBudgetTests and ByteBudgetPropertyTests hold all of it.
/// </summary>
internal sealed class ByteBudget : IDisposable
{
    private readonly Lock _lock = new();
    private readonly WaitingLine<Ticket> _line = new();
    private readonly Func<LineWaiter<Ticket>, bool> _eligible;
    private readonly PagePool _pool;
    private readonly long _perUploadBytes;
    private readonly int _perUploadTickets;
    private long _limit;
    private long _allowed = long.MaxValue;
    private long _ticketBytes;
    private long _grants;
    private int _holders;
    private int _mostHolders = int.MaxValue;
    private bool _disposed;

    /// <summary>Makes a budget as large as a pool.</summary>
    /// <param name="pool">The pages; tickets are counted in whole ones.</param>
    /// <param name="perUploadBytes">The most bytes of tickets one upload holds.</param>
    /// <param name="perUploadTickets">The most tickets one upload holds.</param>
    public ByteBudget(PagePool pool, long perUploadBytes, int perUploadTickets)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(perUploadBytes, pool.PageSize);
        ArgumentOutOfRangeException.ThrowIfLessThan(perUploadTickets, 1);
        _pool = pool;
        _limit = pool.MaxBytes;
        _perUploadBytes = perUploadBytes;
        _perUploadTickets = perUploadTickets;
        _eligible = IsEligibleUnderLock;
        LargestTicket = Math.Min(_limit, perUploadBytes);
    }

    /// <summary>The ceiling in bytes.</summary>
    public long Limit => Interlocked.Read(ref _limit);

    /// <summary>A larger ticket is never given.</summary>
    public long LargestTicket { get; }

    /// <summary>Bytes of the tickets that are out.</summary>
    public long TicketBytes => Interlocked.Read(ref _ticketBytes);

    /// <summary>
    /// Tickets, and the cached pages beyond what those tickets may still claim: never more than <see cref="Limit"/> (but for
    /// the moments after <see cref="Lower"/>). A claim takes a cached page before it makes one, so there are never more pages
    /// than the most that tickets ever stood for, and the larger of the two counts.
    /// </summary>
    public long CommittedBytes => Math.Max(TicketBytes, _pool.AllocatedBytes);

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

    /// <summary>How many bytes they ask for: beside <see cref="TicketBytes"/> and <see cref="Limit"/>, the demand.</summary>
    public long WaitingBytes
    {
        get
        {
            lock (_lock)
            {
                return _line.BytesUnderLock;
            }
        }
    }

    /// <summary>How many uploads hold a ticket.</summary>
    public int Holders => Volatile.Read(ref _holders);

    /// <summary>
    /// So many uploads hold tickets at once. Who is first in line waits until one of them holds none any more, which sending
    /// alone brings about, so that he is served in the end (ByteBudgetTests).
    /// </summary>
    public void LimitHolders(int most)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        List<LineWaiter<Ticket>>? granted;
        lock (_lock)
        {
            _mostHolders = most;
            granted = DrainUnderLock();
        }

        Tell(granted);
    }

    /// <summary>An upload that will ask for tickets.</summary>
    /// <param name="uploadId">The upload.</param>
    /// <param name="accepted">False for a request that was not answered yet.</param>
    public TicketHolder Open(string uploadId, bool accepted = true) => new(this, uploadId, accepted);

    /// <summary>Waits for a ticket; the wait's reason is <see cref="Diagnostics.WaitReason.Memory"/>. Bounded by the token alone.</summary>
    /// <exception cref="SluiceException"><c>bad_request</c>: larger than <see cref="LargestTicket"/>, so that no wait would end.</exception>
    public async ValueTask<Ticket> AcquireAsync(TicketHolder holder, long bytes, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var waiter = Join(holder, bytes);
        if (waiter.Task.IsCompleted)
        {
            return await waiter.Task.ConfigureAwait(false);
        }

        using var registration = cancellationToken.UnsafeRegister(
            static (state, token) =>
            {
                var (budget, waiting) = ((ByteBudget, LineWaiter<Ticket>))state!;
                budget.Cancel(waiting, token);
            },
            (this, waiter));
        return await waiter.Task.ConfigureAwait(false);
    }

    /// <summary>A ticket where one can be had at once without going past anyone; else null.</summary>
    public Ticket? TryAcquire(TicketHolder holder, long bytes)
    {
        var waiter = Join(holder, bytes);
        List<LineWaiter<Ticket>>? granted = null;
        lock (_lock)
        {
            if (_line.RemoveUnderLock(waiter))
            {
                // While it stood in the line, however briefly, it may have held others back.
                granted = DrainUnderLock();
            }
        }

        Tell(granted);
        return waiter.Grant;
    }

    /// <summary>
    /// Lowers the ceiling, never below <see cref="LargestTicket"/>, so that whoever waits can still be served. Tickets that
    /// are out stay valid; until enough came home more than the new ceiling may be committed.
    /// </summary>
    public void Lower(long limit)
    {
        lock (_lock)
        {
            _limit = Math.Min(_limit, Math.Max(limit, LargestTicket));
        }

        _pool.Lower(Limit);
    }

    /// <summary>
    /// How much of the ceiling new tickets may take, until it is said again: less while memory is short. Tickets that are out
    /// are not touched, and while none is out the first in line is served whatever was allowed, so that he can always finish.
    /// </summary>
    public void Allow(long bytes)
    {
        List<LineWaiter<Ticket>>? granted;
        lock (_lock)
        {
            if (_allowed == bytes)
            {
                return;
            }

            _allowed = bytes;
            granted = DrainUnderLock();
        }

        Tell(granted);
    }

    /// <summary>Nobody waits any longer; tickets that are out can still come home.</summary>
    public void Dispose()
    {
        List<LineWaiter<Ticket>> left;
        lock (_lock)
        {
            _disposed = true;
            left = _line.TakeAllUnderLock();
        }

        foreach (var waiter in left)
        {
            waiter.Fail(new ObjectDisposedException(nameof(ByteBudget)));
        }
    }

    internal void Return(Ticket ticket)
    {
        List<LineWaiter<Ticket>>? granted;
        lock (_lock)
        {
            _ticketBytes -= ticket.Bytes;
            ticket.Place.ReturnUnderLock(ticket.Bytes);
            _holders -= ticket.Place.Held == 0 ? 1 : 0;
            granted = DrainUnderLock();
        }

        Tell(granted);
    }

    /// <summary>The line's order may have changed (an upload was accepted, its deadline set): whoever is first now is served.</summary>
    internal void Reconsider()
    {
        List<LineWaiter<Ticket>>? granted;
        lock (_lock)
        {
            granted = DrainUnderLock();
        }

        Tell(granted);
    }

    private static void Tell(List<LineWaiter<Ticket>>? granted)
    {
        foreach (var waiter in granted ?? [])
        {
            waiter.Complete();
        }
    }

    private LineWaiter<Ticket> Join(TicketHolder holder, long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bytes, 1);
        var whole = _pool.RoundUp(bytes);
        if (whole > LargestTicket)
        {
            throw new SluiceException(ErrorCodes.BadRequest, $"A part of {bytes:N0} bytes needs {whole:N0} bytes of memory; Memory:BufferMb and Memory:PerUploadMb allow {LargestTicket:N0}. Raise them, or set a smaller Parts:Size.");
        }

        LineWaiter<Ticket> waiter;
        List<LineWaiter<Ticket>>? granted;
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            waiter = _line.AddUnderLock(holder.Place, whole);
            granted = DrainUnderLock();
        }

        Tell(granted);
        return waiter;
    }

    private void Cancel(LineWaiter<Ticket> waiter, CancellationToken cancellationToken)
    {
        List<LineWaiter<Ticket>>? granted;
        lock (_lock)
        {
            if (!_line.RemoveUnderLock(waiter))
            {
                return;
            }

            // The first in line may be gone, and the next one's wish smaller.
            granted = DrainUnderLock();
        }

        waiter.Cancel(cancellationToken);
        Tell(granted);
    }

    private bool IsEligibleUnderLock(LineWaiter<Ticket> waiter) =>
        waiter.Place.Held < _perUploadTickets && waiter.Place.HeldBytes + waiter.Bytes <= _perUploadBytes;

    private bool FitsUnderLock(LineWaiter<Ticket> first) =>
        (first.Place.Held > 0 || _holders < _mostHolders) && FitsUnderLock(first.Bytes);

    private bool FitsUnderLock(long bytes) =>
        bytes <= _limit - _ticketBytes && (_ticketBytes == 0 || bytes <= _allowed - _ticketBytes);

    private List<LineWaiter<Ticket>>? DrainUnderLock()
    {
        List<LineWaiter<Ticket>>? granted = null;
        while (_line.FirstUnderLock(_eligible) is { } first && FitsUnderLock(first))
        {
            _ = _line.RemoveUnderLock(first);
            _ticketBytes += first.Bytes;
            _holders += first.Place.Held == 0 ? 1 : 0;
            first.Place.GrantUnderLock(first.Bytes, ++_grants);
            first.Grant = new Ticket(this, first.Place, first.Bytes);
            (granted ??= []).Add(first);
        }

        return granted;
    }
}

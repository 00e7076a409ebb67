using Sluice.Pressure;

namespace Sluice.Buffers;

/// <summary>The memory for parts: pool, budget and the timer that gives idle pages back.</summary>
internal sealed class PartBuffers : IDisposable
{
    private readonly ITimer _sweeper;

    /// <summary>Makes the memory that the settings allow; none of it is taken from the system yet.</summary>
    /// <param name="options">The bounds.</param>
    /// <param name="time">The clock that sweeps.</param>
    /// <param name="pageSize">Bytes a page.</param>
    /// <param name="bufferMb">The budget chosen where the setting is auto, MiB; null: as the settings say, else the small profile's.</param>
    public PartBuffers(MemoryOptions options, TimeProvider time, int pageSize = PagePool.DefaultPageSize, int? bufferMb = null)
    {
        var megabytes = bufferMb ?? (options.BufferMb > 0 ? options.BufferMb : BufferRule.SmallMb);
        Pool = new PagePool((long)megabytes << 20, pageSize);
        Budget = new ByteBudget(Pool, (long)options.PerUploadMb << 20, options.PartBuffersPerUpload);
        _sweeper = time.CreateTimer(static pool => ((PagePool)pool!).Sweep(), Pool, options.SweepInterval, options.SweepInterval);
    }

    /// <summary>Who may have how much.</summary>
    public ByteBudget Budget { get; }

    /// <summary>Which pages.</summary>
    public PagePool Pool { get; }

    /// <summary>Waits for a ticket and gives a buffer that takes exactly <paramref name="length"/> bytes. Memory is claimed as it fills.</summary>
    public async ValueTask<PartBuffer> RentAsync(TicketHolder holder, long length, CancellationToken cancellationToken)
    {
        var ticket = await Budget.AcquireAsync(holder, length, cancellationToken).ConfigureAwait(false);
        return new PartBuffer(new PartPages(Pool, ticket, length));
    }

    /// <summary>A buffer for an upload that needs only one: a line of its own each time, first come, first served.</summary>
    public ValueTask<PartBuffer> RentAsync(long length, CancellationToken cancellationToken) =>
        RentAsync(Budget.Open("one part"), length, cancellationToken);

    /// <inheritdoc />
    public void Dispose()
    {
        _sweeper.Dispose();
        Budget.Dispose();
        Pool.Dispose();
    }
}

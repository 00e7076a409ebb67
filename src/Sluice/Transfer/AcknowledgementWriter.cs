using Sluice.Checkpoints;
using Sluice.Errors;

namespace Sluice.Transfer;

/// <summary>
/// Writes the rows of acknowledged parts of one generation. A row's task ends when the row is durable. With an interval
/// above 1, rows wait for company, 5 s at most. While the store cannot be reached rows queue and are tried again; the
/// session stops reading when too many wait (<see cref="Crowded"/>); no row is ever lost.
/// </summary>
internal sealed class AcknowledgementWriter
{
    /// <summary>So many rows may wait before reading stops (design: 64).</summary>
    private const int MostWaiting = 64;

    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan StoreRetry = TimeSpan.FromSeconds(1);

    private readonly IUploadStore _store;
    private readonly string _uploadId;
    private readonly Lease _lease;
    private readonly int _generation;
    private readonly int _interval;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly List<Waiting> _queue = [];
    private bool _writing;
    private bool _flush;
    private long _oldest;

    public AcknowledgementWriter(IUploadStore store, string uploadId, Lease lease, int generation, int interval, TimeProvider time)
    {
        _store = store;
        _uploadId = uploadId;
        _lease = lease;
        _generation = generation;
        _interval = Math.Clamp(interval, 1, MostWaiting);
        _time = time;
    }

    /// <summary>True while so many rows wait that nothing more should be read.</summary>
    public bool Crowded
    {
        get
        {
            lock (_lock)
            {
                return _queue.Count >= MostWaiting;
            }
        }
    }

    /// <summary>Hands a row over; ends when it is durable, or with <see cref="StoreOutcome.Stale"/> where this process may not write any more.</summary>
    public Task<StoreOutcome> WriteAsync(PartRow row, CancellationToken cancellationToken)
    {
        var waiting = new Waiting(row);
        lock (_lock)
        {
            if (_queue.Count == 0)
            {
                _oldest = _time.GetTimestamp();
            }

            _queue.Add(waiting);
        }

        Pump(cancellationToken);
        return waiting.Done.Task;
    }

    /// <summary>Writes what waits for company now, and from here on at once.</summary>
    public void Flush(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            _flush = true;
        }

        Pump(cancellationToken);
    }

    private void Pump(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_writing || _queue.Count == 0)
            {
                return;
            }

            _writing = true;
        }

        _ = PumpAsync(cancellationToken);
    }

    private async Task PumpAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Waiting[] batch;
            TimeSpan wait;
            lock (_lock)
            {
                if (_queue.Count == 0)
                {
                    _writing = false;
                    return;
                }

                wait = _flush || _queue.Count >= _interval ? TimeSpan.Zero : LongestWait - _time.GetElapsedTime(_oldest);
                batch = wait > TimeSpan.Zero ? [] : [.. _queue.Take(MostWaiting)];
            }

            try
            {
                if (wait > TimeSpan.Zero)
                {
                    await WaitForCompanyAsync(wait, cancellationToken).ConfigureAwait(false);
                    continue;
                }

                var outcome = await WriteBatchAsync(batch, cancellationToken).ConfigureAwait(false);
                Settle(batch, w => w.Done.TrySetResult(outcome));
            }
            catch (OperationCanceledException)
            {
                Settle(batch.Length > 0 ? batch : All(), w => w.Done.TrySetCanceled(cancellationToken));
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // Whatever it was, nobody may wait for these rows for ever.
                Settle(batch, w => w.Done.TrySetException(e));
            }
        }
    }

    /// <summary>Waits until the oldest row is old enough; looks again each tenth of that, so that a flush or company is not kept waiting.</summary>
    private async Task WaitForCompanyAsync(TimeSpan wait, CancellationToken cancellationToken)
    {
        var step = TimeSpan.FromTicks(Math.Min(wait.Ticks, LongestWait.Ticks / 10));

        // Upwards to whole milliseconds: a delay is cut to them, and one of none would not wait at all.
        await Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling(step.TotalMilliseconds)), _time, cancellationToken).ConfigureAwait(false);
    }

    private async Task<StoreOutcome> WriteBatchAsync(Waiting[] batch, CancellationToken cancellationToken)
    {
        var rows = Array.ConvertAll(batch, w => w.Row);
        while (true)
        {
            try
            {
                return await _store.AddPartsAsync(_uploadId, _lease, _generation, rows, cancellationToken).ConfigureAwait(false);
            }
            catch (StoreUnavailableException)
            {
                await Task.Delay(StoreRetry, _time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private Waiting[] All()
    {
        lock (_lock)
        {
            return [.. _queue];
        }
    }

    private void Settle(Waiting[] batch, Action<Waiting> end)
    {
        lock (_lock)
        {
            _queue.RemoveAll(w => Array.IndexOf(batch, w) >= 0);
            _oldest = _time.GetTimestamp();
        }

        foreach (var waiting in batch)
        {
            end(waiting);
        }
    }

    private sealed class Waiting(PartRow row)
    {
        public PartRow Row => row;

        public TaskCompletionSource<StoreOutcome> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

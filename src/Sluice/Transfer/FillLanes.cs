using Sluice.Buffers;
using Sluice.Diagnostics;
using Sluice.Relay;

namespace Sluice.Transfer;

/// <summary>
/// The two lanes by which parts of clients' uploads fill, memory and the spool, shared by all uploads of an engine: knows who
/// waits for tickets and how many of them slow fills hold (<see cref="SlowFillRule"/>).
/// </summary>
internal sealed class FillLanes(PartBuffers buffers, TimeProvider time)
{
    private readonly Lock _lock = new();
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _slow;

    /// <summary>The clock fills are measured by.</summary>
    public TimeProvider Time => time;

    /// <summary>Whether somebody waits for a ticket now.</summary>
    public bool SomebodyWaits => buffers.Budget.Waiting > 0;

    /// <summary>Tickets that slow fills hold.</summary>
    public int SlowTickets
    {
        get
        {
            lock (_lock)
            {
                return _slow;
            }
        }
    }

    /// <summary>Decides where a part fills; waits, holding nothing, where it may do so nowhere yet.</summary>
    /// <param name="from">Where the part begins.</param>
    /// <param name="length">Its length.</param>
    /// <param name="disk">The upload's disk, where it has one.</param>
    /// <param name="arrival">How fast its client sends.</param>
    /// <param name="view">Is told of a wait.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async ValueTask<FillPlace> ChooseAsync(long from, long length, FeedDisk? disk, ArrivalMeter? arrival, UploadView view, CancellationToken cancellationToken)
    {
        var tickets = (int)Math.Clamp(buffers.Budget.Limit / length, 1, int.MaxValue);
        while (true)
        {
            Task changed;
            int slow;
            lock (_lock)
            {
                (changed, slow) = (_changed.Task, _slow);
            }

            var isSlow = SlowFillRule.IsSlow(length, arrival?.BytesPerSecond);
            var hasRoom = disk is not null && isSlow && SomebodyWaits && await disk.TryMakeRoomAsync(from, from + length, trickle: false).ConfigureAwait(false);
            if (SlowFillRule.Begin(SomebodyWaits, isSlow, hasRoom, slow, tickets) is not FillPlace.Wait and var place)
            {
                return place;
            }

            view.Waiting(WaitReason.Memory);
            await Task.WhenAny(changed, Task.Delay(SlowFillRule.LookAgain, time, cancellationToken)).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <summary>A ticketed fill turned out to be slow; dispose it when the fill is over.</summary>
    public IDisposable CountSlow()
    {
        lock (_lock)
        {
            _slow++;
        }

        return new Slow(this);
    }

    private void Uncount()
    {
        TaskCompletionSource before;
        lock (_lock)
        {
            _slow--;
            before = _changed;
            _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        before.TrySetResult();
    }

    private sealed class Slow(FillLanes lanes) : IDisposable
    {
        private FillLanes? _lanes = lanes;

        public void Dispose() => Interlocked.Exchange(ref _lanes, null)?.Uncount();
    }
}

namespace Sluice.Simulation;

/// <summary>
/// Virtual time that jumps to the next timer. Timers due at the same instant fire in the order they were made, so that a
/// seed replays. Everything runs on the one pool thread; nothing here locks.
/// </summary>
internal sealed class SimulatedTime : TimeProvider
{
    private readonly PriorityQueue<SimulatedTimer, (long Due, long Order)> _timers = new();
    private long _order;

    public SimulatedTime(DateTimeOffset start)
    {
        Start = start;
        Now = 0;
    }

    public DateTimeOffset Start { get; }

    /// <summary>Ticks since the start.</summary>
    public long Now { get; private set; }

    public TimeSpan Elapsed => TimeSpan.FromTicks(Now);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => Start.AddTicks(Now);

    public override long GetTimestamp() => Now + TimeSpan.TicksPerDay;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new SimulatedTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Jumps to the next timer and fires it; false where there is none at or before <paramref name="until"/> (then time stands there).</summary>
    public bool FireNext(TimeSpan until)
    {
        while (_timers.TryPeek(out var timer, out var at))
        {
            if (timer.Due != at.Due || timer.Order != at.Order)
            {
                // Changed or disposed since it was queued.
                _timers.Dequeue();
                continue;
            }

            if (at.Due > until.Ticks)
            {
                break;
            }

            _timers.Dequeue();
            Now = Math.Max(Now, at.Due);
            timer.Fire();
            return true;
        }

        Now = Math.Max(Now, until.Ticks);
        return false;
    }

    private sealed class SimulatedTimer(SimulatedTime time, TimerCallback callback, object? state) : ITimer
    {
        private TimeSpan _period;

        public long Due { get; private set; } = -1;

        public long Order { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            _period = period;
            if (dueTime < TimeSpan.Zero)
            {
                Due = -1;
                return true;
            }

            Queue(dueTime);
            return true;
        }

        public void Fire()
        {
            Due = -1;
            if (_period > TimeSpan.Zero)
            {
                Queue(_period);
            }

            callback(state);
        }

        public void Dispose() => Due = -1;

        public ValueTask DisposeAsync()
        {
            Due = -1;
            return ValueTask.CompletedTask;
        }

        private void Queue(TimeSpan dueTime)
        {
            Due = time.Now + dueTime.Ticks;
            Order = ++time._order;
            time._timers.Enqueue(this, (Due, Order));
        }
    }
}

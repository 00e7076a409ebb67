namespace Sluice.Simulation;

/// <summary>
/// A process's own clock: the world's time, with a wall clock that may be wrong. While the process is stopped its timers wait
/// for it to wake up; once it is dead none fires any more. Counts the timers that are armed, to see what was left behind.
/// </summary>
internal sealed class ProcessTime(SimulatedTime world, TimeSpan wrong) : TimeProvider
{
    /// <summary>The process is stopped (SIGSTOP) until then, in ticks.</summary>
    public long StoppedUntil { get; private set; }

    public bool Dead { get; set; }

    /// <summary>Timers that will fire, if nothing stops them.</summary>
    public int Armed { get; private set; }

    public TimeSpan StoppedFor => TimeSpan.FromTicks(Math.Max(0, StoppedUntil - world.Now));

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override DateTimeOffset GetUtcNow() => world.GetUtcNow() + wrong;

    public override long GetTimestamp() => world.GetTimestamp();

    public void Stop(TimeSpan duration) => StoppedUntil = Math.Max(StoppedUntil, world.Now + duration.Ticks);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ProcessTimer(this, world, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class ProcessTimer : ITimer
    {
        private readonly ProcessTime _process;
        private readonly TimerCallback _callback;
        private readonly object? _state;
        private readonly ITimer _timer;
        private TimeSpan _period;
        private bool _armed;

        public ProcessTimer(ProcessTime process, SimulatedTime world, TimerCallback callback, object? state)
        {
            (_process, _callback, _state) = (process, callback, state);
            _timer = world.CreateTimer(static timer => ((ProcessTimer)timer!).Fire(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            _period = period;
            Arm(dueTime >= TimeSpan.Zero);
            return _timer.Change(dueTime, Timeout.InfiniteTimeSpan);
        }

        public void Dispose()
        {
            Arm(false);
            _timer.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Fire()
        {
            if (_process.Dead)
            {
                return;
            }

            if (_process.StoppedFor is var left && left > TimeSpan.Zero)
            {
                _timer.Change(left, Timeout.InfiniteTimeSpan);
                return;
            }

            Arm(_period > TimeSpan.Zero);
            if (_armed)
            {
                _timer.Change(_period, Timeout.InfiniteTimeSpan);
            }

            _callback(_state);
        }

        private void Arm(bool armed)
        {
            _process.Armed += (armed ? 1 : 0) - (_armed ? 1 : 0);
            _armed = armed;
        }
    }
}

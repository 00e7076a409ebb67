using Microsoft.Extensions.Logging;
using Sluice.Settings;

namespace Sluice.Pressure;

/// <summary>
/// The loop around the rules: reads, decides, applies, remembers. Each second while uploads are under way, else each
/// <c>Memory:SweepInterval</c>. In numbers: (1) read; (2) CPU, judged over five seconds at least: the senders' ceiling;
/// (3) memory: how much new fills may take; (4) a collection where it is due, once a sweep at most. A reading costs some
/// 50 microseconds and no allocation, so that an idle process stays far below 0.5 % of a fifth of a core.
/// </summary>
internal sealed class Governor : IDisposable
{
    private static readonly TimeSpan Busy = TimeSpan.FromSeconds(1);

    /// <summary>A shorter time says more about one part's hash than about the load.</summary>
    private static readonly TimeSpan CpuWindow = TimeSpan.FromSeconds(5);

    private readonly SluiceOptions _options;
    private readonly IPressureReader _reader;
    private readonly GovernorTargets _targets;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Lock _lock = new();
    private readonly ITimer _timer;
    private readonly long _warmUp;
    private readonly long _start;
    private PressureReading _reading;
    private PressureReading _cpuReading;
    private long _readAt;
    private long _cpuAt;
    private long _collectedAt;
    private bool _collected;
    private long _youngCollectedAt;
    private readonly CpuMinute _minute = new();
    private CpuDecision _cpu;
    private MemoryDecision _memory;
    private bool _watching;
    private bool _over;

    /// <summary>Starts the loop. <paramref name="warmUp"/> is what the process was like before any part.</summary>
    public Governor(SluiceOptions options, IPressureReader reader, PressureReading warmUp, GovernorTargets targets, TimeProvider time, ILogger log)
    {
        _options = options;
        _reader = reader;
        _targets = targets;
        _time = time;
        _log = log;
        _warmUp = warmUp.RssBytes;
        _reading = _cpuReading = warmUp;
        _start = _cpuAt = _readAt = time.GetTimestamp();
        _cpu = new CpuDecision(options.Concurrency.MaxWorkers, CpuStep.Free, 0, TimeSpan.Zero);
        _memory = MemoryRule.Decide(Facts(warmUp), options.Memory, options.Concurrency, PressureLevel.Normal);
        if (_memory.Percent is null)
        {
            PressureLog.LimitOutOfReach(log, _memory.Reason);
        }

        _timer = time.CreateTimer(static governor => ((Governor)governor!).Look(), this, Idle, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Reads now, where the last reading is older than a second: for whoever shows the numbers.</summary>
    public PressureReading Refresh()
    {
        lock (_lock)
        {
            if (_time.GetElapsedTime(_readAt) >= Busy)
            {
                ReadUnderLock();
            }

            return _reading;
        }
    }

    /// <summary>What the CPU allows.</summary>
    public CpuDecision Cpu
    {
        get
        {
            lock (_lock)
            {
                return _cpu;
            }
        }
    }

    /// <summary>The least share of the CPU that the process used at any time of the last minute, percent; 0 before it was looked at for a minute.</summary>
    public double SustainedCpuPercent
    {
        get
        {
            lock (_lock)
            {
                return _minute.Least(_time.GetElapsedTime(_start));
            }
        }
    }

    /// <summary>What the control group will use of its memory limit once every ticket that is out is filled, percent; null: no limit, or not known.</summary>
    public double? ProjectedGroupPercent
    {
        get
        {
            var buffers = _targets.Buffers;
            return Refresh().Group is { } group && _reader.Limits.MemoryBytes is { } limit and > 0
                ? 100.0 * (group.Total + Math.Max(0, buffers.Budget.TicketBytes - buffers.Pool.AllocatedBytes)) / limit
                : null;
        }
    }

    /// <summary>What memory allows; its <see cref="MemoryDecision.Emergency"/> is for whoever admits new uploads.</summary>
    public MemoryDecision Memory
    {
        get
        {
            lock (_lock)
            {
                return _memory;
            }
        }
    }

    private TimeSpan Idle => _options.Memory.SweepInterval;

    /// <summary>An upload began: look soon, and each second from then on.</summary>
    public void Wake()
    {
        lock (_lock)
        {
            if (_over || _watching)
            {
                return;
            }

            _watching = true;
            _timer.Change(Busy, Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _over = true;
        }

        _timer.Dispose();
        _reader.Dispose();
    }

    private void Look()
    {
        try
        {
            Judge();
        }
        finally
        {
            lock (_lock)
            {
                if (!_over)
                {
                    _watching = _targets.IsBusy();
                    _timer.Change(_watching ? Busy : Idle, Timeout.InfiniteTimeSpan);
                }
            }
        }
    }

    private void Judge()
    {
        // 1. Read.
        PressureReading reading;
        lock (_lock)
        {
            if (_over)
            {
                return;
            }

            reading = ReadUnderLock();
        }

        // 2. CPU.
        if (_time.GetElapsedTime(_cpuAt) is var elapsed && elapsed >= CpuWindow)
        {
            var percent = CpuRule.Percent(reading.Cpu - _cpuReading.Cpu, elapsed, _reader.Cpus);
            var decision = CpuRule.Decide(percent, reading.Throttled - _cpuReading.Throttled, _targets.SendLimit(), _options.Concurrency);
            (_cpuReading, _cpuAt) = (reading, _time.GetTimestamp());
            Apply(decision);
        }

        // 3. Memory.
        var memory = MemoryRule.Decide(Facts(reading), _options.Memory, _options.Concurrency, Memory.Level);
        Apply(memory);

        // 4. A collection.
        if (memory.Collect && (!_collected || _time.GetElapsedTime(_collectedAt) >= Idle))
        {
            Collect(reading.RssBytes);
        }
        else if (memory.Percent >= _options.Memory.CollectAtPercent / 2 && _time.GetElapsedTime(_youngCollectedAt) >= Idle)
        {
            // The collector lets its first generation grow to a dozen MiB of garbage before it looks (bench/run.sh concurrent-25 --profile rough).
            _targets.CollectYoung();
            _youngCollectedAt = _time.GetTimestamp();
        }
    }

    private void Apply(CpuDecision decision)
    {
        CpuDecision before;
        lock (_lock)
        {
            (before, _cpu) = (_cpu, decision);
            _minute.Add(_time.GetElapsedTime(_start), decision.Percent);
        }

        _targets.SetCpuCeiling(decision.Ceiling);
        if (before.Ceiling != decision.Ceiling && _log.IsEnabled(LogLevel.Debug))
        {
            PressureLog.SendersChanged(_log, decision.Reason);
        }
    }

    private void Apply(MemoryDecision decision)
    {
        MemoryDecision before;
        lock (_lock)
        {
            (before, _memory) = (_memory, decision);
        }

        var budget = _targets.Buffers.Budget;
        budget.Allow(_targets.ReducesFills() ? MemoryRule.Allowed(decision.Level, budget.Limit) : budget.Limit);
        if (decision.Level > before.Level)
        {
            PressureLog.MemoryPressure(_log, decision.Level, decision.Reason);
            _targets.PressureRose?.Invoke(decision.Level == PressureLevel.High ? "high" : "middle");
        }
        else if (decision.Level == PressureLevel.Normal && before.Level != PressureLevel.Normal)
        {
            PressureLog.MemoryEased(_log, decision.Reason);
        }

        if (decision.Emergency && !before.Emergency)
        {
            PressureLog.MemoryPressure(_log, decision.Level, decision.Reason);
            _targets.PressureRose?.Invoke("emergency");
        }
    }

    private void Collect(long before)
    {
        var start = _time.GetTimestamp();
        _targets.Buffers.Pool.Sweep();
        _targets.Collect();
        (_collected, _collectedAt) = (true, _time.GetTimestamp());
        _youngCollectedAt = _collectedAt;
        PressureReading reading;
        lock (_lock)
        {
            reading = ReadUnderLock();
        }

        PressureLog.Collected(_log, Math.Max(0, before - reading.RssBytes), (long)_time.GetElapsedTime(start).TotalMilliseconds);
    }

    private PressureReading ReadUnderLock()
    {
        if (!_over)
        {
            (_reading, _readAt) = (_reader.Read(), _time.GetTimestamp());
        }

        return _reading;
    }

    private MemoryFacts Facts(in PressureReading reading)
    {
        var buffers = _targets.Buffers;
        return new(reading.RssBytes, _warmUp, buffers.Pool.AllocatedBytes, buffers.Budget.Limit, reading.Group?.Total, _reader.Limits.MemoryBytes);
    }
}

namespace Sluice.Pacing;

/// <summary>
/// How many parts may be in flight: one more when the last window was busy and moved more bytes than the best so far; times 0.7, with
/// a dead time, when Notion cannot take it; never outside what the settings, the rate and the CPU allow. No latency gradient: a
/// part's time is mostly our own link (docs/rejected.md). Pure arithmetic; the caller says what time it is.
/// </summary>
internal sealed class AdaptiveLimit
{
    /// <summary>Growth is judged over at least this long.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Many parts fail for one cause: after a cut nothing is cut for as long as what was in flight then may take to fail (Timeouts:Response).
    /// A good window within it may grow again: a Notion that fails a tenth of all calls (profile rough) would otherwise hold the
    /// limit at its least for ever.
    /// </summary>
    public static readonly TimeSpan DeadTime = TimeSpan.FromSeconds(75);

    /// <summary>When growth did not pay it is tried again after this long.</summary>
    public static readonly TimeSpan TryAgain = TimeSpan.FromSeconds(60);

    private const double Cut = 0.7;

    /// <summary>Fewer parts say little: one that hung among two is half of a window.</summary>
    private const int LeastSamples = 6;

    /// <summary>Growth pays when it brings at least this share of the bytes that one more sender would bring at best.</summary>
    private const double Pays = 0.2;

    private readonly int _min;
    private readonly int _max;
    private TimeSpan _windowStart;
    private TimeSpan _deadUntil = TimeSpan.MinValue;
    private TimeSpan _growAgainAt = TimeSpan.MinValue;
    private long _windowBytes;
    private int _busiest;
    private int _samples;
    private TimeSpan _lastEnd;
    private double _secondsPerPart;
    private double _before;
    private bool _grown;
    private int _cpuCeiling = int.MaxValue;

    public AdaptiveLimit(int min, int max)
    {
        _min = Math.Max(1, min);
        _max = Math.Max(_min, max);
        Value = Math.Clamp(2, _min, _max);
    }

    /// <summary>Parts in flight, at most.</summary>
    public int Value { get; private set; }

    /// <summary>Why it is what it is, in a word.</summary>
    public string Reason { get; private set; } = "start";

    /// <summary>What the CPU allows.</summary>
    public void SetCpuCeiling(int ceiling)
    {
        _cpuCeiling = Math.Max(_min, ceiling);
        if (Value > _cpuCeiling)
        {
            (Value, Reason) = (_cpuCeiling, "cpu");
        }
    }

    /// <summary>A send ended.</summary>
    /// <param name="outcome">How.</param>
    /// <param name="now">The time on any steady clock.</param>
    /// <param name="bytes">What it moved.</param>
    /// <param name="duration">How long it took.</param>
    /// <param name="inFlight">How many were in flight with it.</param>
    /// <param name="requestsPerSecond">The request budget: more than rate times seconds per part cannot help.</param>
    public void Ended(LimitOutcome outcome, TimeSpan now, long bytes, TimeSpan duration, int inFlight, double requestsPerSecond)
    {
        if (outcome == LimitOutcome.Ignore)
        {
            return;
        }

        if (outcome == LimitOutcome.Dropped)
        {
            if (now >= _deadUntil)
            {
                Value = Math.Max(_min, (int)(Value * Cut));
                _deadUntil = now + DeadTime;
                (Reason, _grown) = ("dropped", false);
                StartWindow(now);
            }

            return;
        }

        if (now - duration - _lastEnd > Window)
        {
            // Nothing was sent for a while: that time says nothing about how fast sending is.
            _grown = false;
            StartWindow(now - duration);
        }

        _lastEnd = now;
        _secondsPerPart = _secondsPerPart == 0 ? duration.TotalSeconds : (_secondsPerPart * 0.8) + (duration.TotalSeconds * 0.2);
        _windowBytes += bytes;
        _busiest = Math.Max(_busiest, inFlight);
        if (++_samples >= Math.Max(Value, LeastSamples) && now - _windowStart >= Window)
        {
            Judge(now, requestsPerSecond);
        }
    }

    private void Judge(TimeSpan now, double requestsPerSecond)
    {
        var rate = _windowBytes / Math.Max(0.001, (now - _windowStart).TotalSeconds);
        var useful = double.IsInfinity(requestsPerSecond) ? int.MaxValue : (int)Math.Min(int.MaxValue, Math.Ceiling(requestsPerSecond * _secondsPerPart) + 1);
        var ceiling = Math.Max(_min, Math.Min(Math.Min(_max, _cpuCeiling), useful));
        if (Value > ceiling)
        {
            (Value, Reason, _grown) = (ceiling, useful < Value ? "rate" : "ceiling", false);
        }
        else if (_grown && rate < _before * (1 + (Pays / (Value - 1))))
        {
            (Value, Reason, _grown) = (Math.Max(_min, Value - 1), "no gain", false);
            _growAgainAt = now + TryAgain;
        }
        else if (_busiest < Value)
        {
            (Reason, _grown) = ("idle", false);
        }
        else if (Value < ceiling && now >= _growAgainAt)
        {
            _before = rate;
            (Value, Reason, _grown) = (Value + 1, "growing", true);
        }
        else
        {
            (Reason, _grown) = (Value == ceiling ? "ceiling" : "steady", false);
        }

        StartWindow(now);
    }

    private void StartWindow(TimeSpan now) => (_windowStart, _windowBytes, _busiest, _samples) = (now, 0, 0, 0);
}

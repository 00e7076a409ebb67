namespace Sluice.Transfer;

/// <summary>The upstream rate of one connection: bytes acknowledged while anything was in flight, over the last minutes.</summary>
internal sealed class ThroughputMeter(TimeProvider time)
{
    private const double HalfLifeSeconds = 60;

    /// <summary>Less than this is not yet a measurement.</summary>
    private const double LeastSeconds = 10;

    private readonly Lock _lock = new();
    private int _inFlight;
    private long _last;
    private double _bytes;
    private double _seconds;

    /// <summary>Bytes a second; null while there is too little to say.</summary>
    public double? BytesPerSecond
    {
        get
        {
            lock (_lock)
            {
                MoveOnUnderLock();
                return _seconds < LeastSeconds || _bytes <= 0 ? null : _bytes / _seconds;
            }
        }
    }

    public void Begin()
    {
        lock (_lock)
        {
            MoveOnUnderLock();
            _inFlight++;
        }
    }

    /// <summary>A send ended; <paramref name="acknowledged"/> bytes got through.</summary>
    public void End(long acknowledged)
    {
        lock (_lock)
        {
            MoveOnUnderLock();
            _inFlight--;
            _bytes += acknowledged;
        }
    }

    private void MoveOnUnderLock()
    {
        var now = time.GetTimestamp();
        if (_inFlight > 0)
        {
            var passed = time.GetElapsedTime(_last, now).TotalSeconds;
            var keep = Math.Pow(0.5, passed / HalfLifeSeconds);
            _bytes *= keep;
            _seconds = (_seconds * keep) + passed;
        }

        _last = now;
    }
}

namespace Sluice.Transfer;

/// <summary>
/// The upstream rate of one connection: bytes acknowledged, over the time in which the sends that brought them were on their
/// way, overlapping ones once. Waiting and failed attempts say nothing about the link, so they do not count.
/// </summary>
internal sealed class ThroughputMeter(TimeProvider time)
{
    private const double HalfLifeSeconds = 60;

    /// <summary>Less than this is not yet a measurement.</summary>
    private const double LeastSeconds = 10;

    private readonly Lock _lock = new();
    private long _countedUntil = long.MinValue;
    private double _bytes;
    private double _seconds;

    /// <summary>Bytes a second; null while there is too little to say.</summary>
    public double? BytesPerSecond
    {
        get
        {
            lock (_lock)
            {
                return _seconds < LeastSeconds || _bytes <= 0 ? null : _bytes / _seconds;
            }
        }
    }

    /// <summary>A send that began at <paramref name="startTimestamp"/> brought so many bytes over just now.</summary>
    public void Succeeded(long startTimestamp, long bytes)
    {
        var now = time.GetTimestamp();
        lock (_lock)
        {
            var from = Math.Max(startTimestamp, _countedUntil);
            var passed = now > from ? time.GetElapsedTime(from, now).TotalSeconds : 0;
            var keep = Math.Pow(0.5, passed / HalfLifeSeconds);
            _bytes = (_bytes * keep) + bytes;
            _seconds = (_seconds * keep) + passed;
            _countedUntil = Math.Max(_countedUntil, now);
        }
    }
}

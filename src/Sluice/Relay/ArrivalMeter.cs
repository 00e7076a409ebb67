namespace Sluice.Relay;

/// <summary>
/// How fast one upload's client sends: bytes over the time in which a read of ours was pending, the last seconds counting most.
/// While nobody here reads the client is held back, so that time says nothing. ArrivalMeterTests.
/// </summary>
internal sealed class ArrivalMeter
{
    private const double HalfLifeSeconds = 10;

    /// <summary>What arrived before is in the socket's buffers and says nothing about the line.</summary>
    private const long LeastBytes = 1 << 20;

    /// <summary>A client that is slow shows it in this time.</summary>
    private const double LeastSeconds = 2;

    private readonly Lock _lock = new();
    private double _bytes;
    private double _seconds;
    private long _totalBytes;
    private double _totalSeconds;

    /// <summary>Bytes a second; null while there is too little to say.</summary>
    public double? BytesPerSecond
    {
        get
        {
            lock (_lock)
            {
                return _totalBytes < LeastBytes && _totalSeconds < LeastSeconds ? null : _seconds <= 0 ? double.PositiveInfinity : _bytes / _seconds;
            }
        }
    }

    /// <summary>A read gave so many bytes after this long; 0 bytes: it was given up.</summary>
    public void Read(int bytes, TimeSpan took)
    {
        var seconds = took.TotalSeconds;
        lock (_lock)
        {
            var keep = seconds > 0 ? Math.Pow(0.5, seconds / HalfLifeSeconds) : 1;
            _bytes = (_bytes * keep) + bytes;
            _seconds = (_seconds * keep) + seconds;
            _totalBytes += bytes;
            _totalSeconds += seconds;
        }
    }
}

namespace Sluice.Pacing;

/// <summary>
/// At most so many bytes a second, over all who ask: each piece gets the next free place in one schedule, so that senders share
/// the rate piece by piece. What was not used is lost but for <see cref="Burst"/>; a piece is never let out before its place.
/// </summary>
internal sealed class ByteRateLimit
{
    /// <summary>How much unused time may be made good at once: enough for the timer's grain, too little to be seen on a link.</summary>
    public static readonly TimeSpan Burst = TimeSpan.FromMilliseconds(100);

    private readonly TimeProvider _time;
    private readonly double _ticksPerByte;
    private readonly long _burst;
    private readonly Lock _lock = new();
    private double _next;

    /// <param name="bytesPerSecond">1 or more.</param>
    /// <param name="time">The clock.</param>
    public ByteRateLimit(long bytesPerSecond, TimeProvider time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bytesPerSecond, 1);
        _time = time;
        _ticksPerByte = (double)time.TimestampFrequency / bytesPerSecond;
        _burst = (long)(Burst.TotalSeconds * time.TimestampFrequency);
        _next = time.GetTimestamp();
        Piece = (int)Math.Clamp(bytesPerSecond / 10, 1024, 64 * 1024);
    }

    /// <summary>How much to ask for at a time, at most: a tenth of a second's bytes, so that a slow limit is smooth and can be cancelled.</summary>
    public int Piece { get; }

    /// <summary>Waits until so many bytes may go out.</summary>
    public async ValueTask TakeAsync(int bytes, CancellationToken cancellationToken)
    {
        var wait = Reserve(bytes);
        if (wait > TimeSpan.Zero)
        {
            await Task.Delay(wait, _time, cancellationToken).ConfigureAwait(false);
        }
    }

    private TimeSpan Reserve(int bytes)
    {
        var now = _time.GetTimestamp();
        lock (_lock)
        {
            var place = Math.Max(_next, now - _burst);
            _next = place + (bytes * _ticksPerByte);
            return place <= now ? TimeSpan.Zero : TimeSpan.FromMilliseconds(Math.Ceiling((place - now) * 1000 / _time.TimestampFrequency));
        }
    }
}

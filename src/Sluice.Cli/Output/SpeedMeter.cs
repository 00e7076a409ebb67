namespace Sluice.Cli.Output;

/// <summary>Bytes a second over the last seconds, from a counter that only grows. Not thread-safe: one display asks.</summary>
internal sealed class SpeedMeter(TimeProvider time)
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    private readonly Queue<(long At, long Bytes)> _samples = new();
    private (long At, long Bytes) _last;

    /// <summary>Takes a reading; null until a second of readings is there.</summary>
    public double? Read(long bytes)
    {
        var now = time.GetTimestamp();
        _last = (now, bytes);
        _samples.Enqueue(_last);
        while (_samples.Count > 2 && time.GetElapsedTime(_samples.Peek().At, now) > Window)
        {
            _samples.Dequeue();
        }

        var first = _samples.Peek();
        var elapsed = time.GetElapsedTime(first.At, now);
        return elapsed < TimeSpan.FromSeconds(1) ? null : Math.Max(0, bytes - first.Bytes) / elapsed.TotalSeconds;
    }
}

namespace Sluice.Pacing;

/// <summary>
/// Smooths requests to small bursts: a bucket that fills at a rate and holds so many. The rate may change at any time.
/// Pure; guarded by its owner.
/// </summary>
internal sealed class BurstLimit(int burst, TimeProvider time)
{
    private static readonly TimeSpan AtOnce = TimeSpan.FromMilliseconds(100);

    private double _tokens = burst;
    private long _at = time.GetTimestamp();

    /// <summary>True where one may go out now; brings the bucket up to now.</summary>
    public bool Ready(double perSecond)
    {
        var now = time.GetTimestamp();
        _tokens = Math.Min(burst, _tokens + (time.GetElapsedTime(_at, now).TotalSeconds * perSecond));
        _at = now;
        return _tokens >= 1;
    }

    /// <summary>After <see cref="Ready"/>: takes one.</summary>
    public void Take() => _tokens--;

    /// <summary>One that was taken then did not go out. Only at once: later the bucket has filled over it, and two could follow in its place.</summary>
    public void GiveBack(long takenAt) => _tokens = Math.Min(burst, _tokens + (time.GetElapsedTime(takenAt) <= AtOnce ? 1 : 0));

    /// <summary>After <see cref="Ready"/>: how long until one may go out.</summary>
    public TimeSpan Next(double perSecond) => _tokens >= 1 ? TimeSpan.Zero : TimeSpan.FromSeconds((1 - _tokens) / perSecond);
}

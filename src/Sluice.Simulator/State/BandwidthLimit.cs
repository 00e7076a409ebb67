namespace Sluice.Simulator.State;

/// <summary>One line for the bytes of all requests. Guarded by the state's lock.</summary>
internal sealed class BandwidthLimit(TimeProvider time)
{
    // Shorter waits are not worth a timer; they add up until they are.
    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(2);

    private readonly long _origin = time.GetTimestamp();
    private TimeSpan _free;

    /// <summary>Takes bytes off the line; how long it is busy with them and what came before.</summary>
    public TimeSpan Take(int bytes, long perSecond)
    {
        if (perSecond <= 0)
        {
            return TimeSpan.Zero;
        }

        var now = time.GetElapsedTime(_origin);
        _free = (_free > now ? _free : now) + TimeSpan.FromSeconds(bytes / (double)perSecond);
        return _free - now is var wait && wait > Least ? wait : TimeSpan.Zero;
    }
}

namespace Sluice.Pacing;

/// <summary>The moment before which nothing is sent on a connection: the latest that Notion asked for, never shortened. Pure state on monotonic timestamps.</summary>
internal sealed class NotBefore(TimeProvider time)
{
    private long _until = long.MinValue;

    /// <summary>What remains; zero where nothing does.</summary>
    public TimeSpan Remaining
    {
        get
        {
            var until = Interlocked.Read(ref _until);
            var now = time.GetTimestamp();
            return until <= now ? TimeSpan.Zero : time.GetElapsedTime(now, until);
        }
    }

    /// <summary>Sets it to the later of what it is and now + <paramref name="wait"/>.</summary>
    public void Raise(TimeSpan wait)
    {
        var until = time.GetTimestamp() + (long)(wait.TotalSeconds * time.TimestampFrequency);
        long before;
        while ((before = Interlocked.Read(ref _until)) < until && Interlocked.CompareExchange(ref _until, until, before) != before)
        {
            // Another raised it in between: look again.
        }
    }
}

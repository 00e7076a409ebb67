namespace Sluice.Transfer;

/// <summary>Notion's clock as its Date headers show it. They are cut to whole seconds, so half a second is added.</summary>
internal sealed class NotionClock(TimeProvider time)
{
    private static readonly TimeSpan HalfSecond = TimeSpan.FromMilliseconds(500);

    private long _skewTicks;

    /// <summary>Notion's clock minus ours.</summary>
    public TimeSpan Skew => TimeSpan.FromTicks(Interlocked.Read(ref _skewTicks));

    /// <summary>Now, by Notion's clock.</summary>
    public DateTimeOffset Now => time.GetUtcNow() + Skew;

    /// <summary>Learns from an answer's Date header.</summary>
    public void Saw(DateTimeOffset? date)
    {
        if (date is { } d)
        {
            Interlocked.Exchange(ref _skewTicks, (d + HalfSecond - time.GetUtcNow()).Ticks);
        }
    }

    /// <summary>A moment of Notion's clock as a monotonic timestamp of ours.</summary>
    public long Timestamp(DateTimeOffset moment) => time.GetTimestamp() + (long)((moment - Now).TotalSeconds * time.TimestampFrequency);
}

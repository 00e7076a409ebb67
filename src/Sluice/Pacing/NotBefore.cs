namespace Sluice.Pacing;

/// <summary>
/// The moment before which nothing is sent on a connection: the latest that Notion asked for, never shortened. Where it is far
/// off it is doubted now and then: one call asks whether it still holds, and only Notion's own answer can lift it. State on
/// monotonic timestamps; waiting is the caller's business.
/// </summary>
internal sealed class NotBefore(TimeProvider time)
{
    /// <summary>A wait that is longer than this is doubted once in each such time.</summary>
    public static readonly TimeSpan Doubt = TimeSpan.FromMinutes(15);

    /// <summary>The same moment, told by another clock, may differ by so much.</summary>
    private static readonly TimeSpan Same = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private long _until = long.MinValue;
    private long _lifted = long.MinValue;
    private long _doubtAt = long.MinValue;

    /// <summary>What remains; zero where nothing does.</summary>
    public TimeSpan Remaining
    {
        get
        {
            lock (_lock)
            {
                return RemainingUnderLock(time.GetTimestamp());
            }
        }
    }

    /// <summary>How long to wait before looking again: until it is over, or until it is due to be doubted.</summary>
    public TimeSpan LookIn
    {
        get
        {
            lock (_lock)
            {
                var now = time.GetTimestamp();
                var left = RemainingUnderLock(now);
                var doubt = _doubtAt <= now ? TimeSpan.Zero : time.GetElapsedTime(now, _doubtAt);
                return left < doubt ? left : doubt;
            }
        }
    }

    /// <summary>Notion asked to wait: sets it to the later of what it is and now + <paramref name="wait"/>.</summary>
    public void Raise(TimeSpan wait)
    {
        lock (_lock)
        {
            var now = time.GetTimestamp();
            RaiseUnderLock(now, now + Ticks(wait));
        }
    }

    /// <summary>What remains of it as other processes know it. What Notion has lifted for us is not taken up again.</summary>
    public void Hear(TimeSpan remaining)
    {
        lock (_lock)
        {
            var now = time.GetTimestamp();
            var until = now + Ticks(remaining);
            if (until > _lifted)
            {
                RaiseUnderLock(now, until);
            }
        }
    }

    /// <summary>True for the one caller who is to ask Notion whether it still holds.</summary>
    public bool TryDoubt()
    {
        lock (_lock)
        {
            var now = time.GetTimestamp();
            if (RemainingUnderLock(now) <= TimeSpan.Zero || now < _doubtAt)
            {
                return false;
            }

            _doubtAt = now + Ticks(Doubt);
            return true;
        }
    }

    /// <summary>Notion answered a call although it had asked to wait: it does not hold any more.</summary>
    public void Lift()
    {
        lock (_lock)
        {
            _lifted = Math.Max(_lifted, _until + Ticks(Same));
            _until = long.MinValue;
        }
    }

    private void RaiseUnderLock(long now, long until)
    {
        if (until <= _until)
        {
            return;
        }

        if (_until <= now)
        {
            _doubtAt = now + Ticks(Doubt);
        }

        _until = until;
    }

    private TimeSpan RemainingUnderLock(long now) => _until <= now ? TimeSpan.Zero : time.GetElapsedTime(now, _until);

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * time.TimestampFrequency);
}

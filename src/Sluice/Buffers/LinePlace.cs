namespace Sluice.Buffers;

/// <summary>
/// An upload's standing in one waiting line: what it holds of the thing waited for, and when it last got some. The line's
/// owner writes these under its own lock; the upload's session sets <see cref="Accepted"/> and <see cref="DeadlineTimestamp"/>.
/// </summary>
internal sealed class LinePlace(string uploadId, bool accepted)
{
    private volatile bool _accepted = accepted;
    private long _deadline = long.MaxValue;
    private int _held;

    /// <summary>The upload, for messages and for finding what it holds.</summary>
    public string UploadId => uploadId;

    /// <summary>False for a request that was not answered yet: all accepted uploads go before it.</summary>
    public bool Accepted
    {
        get => _accepted;
        set => _accepted = value;
    }

    /// <summary>A monotonic timestamp, where the creation gate says that it is short; else <see cref="long.MaxValue"/>.</summary>
    public long DeadlineTimestamp
    {
        get => Volatile.Read(ref _deadline);
        set => Volatile.Write(ref _deadline, value);
    }

    /// <summary>How many grants it holds.</summary>
    public int Held => _held;

    /// <summary>Whether it holds any, for those who watch without the lock.</summary>
    public bool IsHolding => Volatile.Read(ref _held) > 0;

    /// <summary>Their bytes.</summary>
    public long HeldBytes { get; private set; }

    /// <summary>The number of its latest grant among all grants of the line; 0: none so far.</summary>
    public long LastGrant { get; private set; }

    /// <summary>Where it stands now, for a request that arrived as the given one of its line.</summary>
    public LineKey KeyUnderLock(long arrival) => new(Accepted, Held > 0, LastGrant, DeadlineTimestamp, arrival);

    /// <summary>Notes a grant.</summary>
    public void GrantUnderLock(long bytes, long grant)
    {
        _held++;
        HeldBytes += bytes;
        LastGrant = grant;
    }

    /// <summary>Notes a return.</summary>
    public void ReturnUnderLock(long bytes)
    {
        _held--;
        HeldBytes -= bytes;
    }
}

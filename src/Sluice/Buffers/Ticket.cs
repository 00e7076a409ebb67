namespace Sluice.Buffers;

/// <summary>The right to a whole part's memory. Goes back once, whoever disposes it and how often.</summary>
internal sealed class Ticket : IDisposable
{
    private ByteBudget? _budget;

    internal Ticket(ByteBudget budget, LinePlace place, long bytes)
    {
        _budget = budget;
        Place = place;
        Bytes = bytes;
    }

    /// <summary>Whose it is.</summary>
    public LinePlace Place { get; }

    /// <summary>How much memory it stands for: what was asked for, rounded up to pages.</summary>
    public long Bytes { get; }

    /// <inheritdoc />
    public void Dispose() => Interlocked.Exchange(ref _budget, null)?.Return(this);
}

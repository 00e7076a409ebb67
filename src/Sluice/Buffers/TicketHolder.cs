namespace Sluice.Buffers;

/// <summary>
/// One upload in the line for tickets; made by <see cref="ByteBudget.Open"/>. There is nothing to close: the budget does not
/// know an upload that neither waits nor holds a ticket.
/// </summary>
internal sealed class TicketHolder
{
    private readonly ByteBudget _budget;

    internal TicketHolder(ByteBudget budget, string uploadId, bool accepted)
    {
        _budget = budget;
        Place = new LinePlace(uploadId, accepted);
    }

    /// <summary>Where it stands, and what it holds.</summary>
    public LinePlace Place { get; }

    /// <summary>Waits for a ticket: <see cref="ByteBudget.AcquireAsync"/>.</summary>
    public ValueTask<Ticket> AcquireAsync(long bytes, CancellationToken cancellationToken) => _budget.AcquireAsync(this, bytes, cancellationToken);

    /// <summary>The request was answered: from now on it stands among the accepted uploads.</summary>
    public void Accept()
    {
        Place.Accepted = true;
        _budget.Reconsider();
    }

    /// <summary>The gate says that its deadline is short (or, with <see cref="long.MaxValue"/>, no longer).</summary>
    public void SetDeadline(long timestamp)
    {
        Place.DeadlineTimestamp = timestamp;
        _budget.Reconsider();
    }
}

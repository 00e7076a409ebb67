namespace Sluice.Checkpoints;

/// <summary>The outcome of asking for a lease: held now, or by whom and for how much longer at most.</summary>
/// <param name="Lease">The lease; null where another holds it.</param>
/// <param name="HeldBy">The other holder.</param>
/// <param name="Remaining">How long the other's lease still runs unless it is renewed.</param>
/// <param name="Address">Where the other holder can be reached, where it said.</param>
internal sealed record LeaseAnswer(Lease? Lease, string? HeldBy = null, TimeSpan Remaining = default, string? Address = null)
{
    /// <summary>
    /// Null where the lease was free. Else an earlier holder never gave it back (it was killed, stopped, or let the lease run out because
    /// a call of its may be under way), and this is how long ago its time was over; zero where it still ran. A taker that ends without
    /// giving back either leaves that to the next one.
    /// </summary>
    public TimeSpan? TakenOver { get; init; }
}

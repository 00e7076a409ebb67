namespace Sluice.Buffers;

/// <summary>
/// The order of a waiting line: accepted uploads before requests not answered yet; who holds nothing first; then who got
/// something longest ago; then the earlier deadline; then who came first. Pure; table tests.
/// </summary>
/// <param name="Accepted">False for a request that was not answered yet.</param>
/// <param name="Holds">True where the upload holds something already.</param>
/// <param name="LastGrant">The number of the upload's latest grant; 0: none so far.</param>
/// <param name="DeadlineTimestamp">Where the gate says that it is short; else <see cref="long.MaxValue"/>.</param>
/// <param name="Arrival">The request's number in its line.</param>
internal readonly record struct LineKey(bool Accepted, bool Holds, long LastGrant, long DeadlineTimestamp, long Arrival) : IComparable<LineKey>
{
    public static bool operator <(LineKey left, LineKey right) => left.CompareTo(right) < 0;

    public static bool operator >(LineKey left, LineKey right) => left.CompareTo(right) > 0;

    public static bool operator <=(LineKey left, LineKey right) => left.CompareTo(right) <= 0;

    public static bool operator >=(LineKey left, LineKey right) => left.CompareTo(right) >= 0;

    /// <summary>Negative where this one goes first.</summary>
    public int CompareTo(LineKey other) =>
        Accepted != other.Accepted ? (Accepted ? -1 : 1)
        : Holds != other.Holds ? (Holds ? 1 : -1)
        : LastGrant != other.LastGrant ? LastGrant.CompareTo(other.LastGrant)
        : DeadlineTimestamp != other.DeadlineTimestamp ? DeadlineTimestamp.CompareTo(other.DeadlineTimestamp)
        : Arrival.CompareTo(other.Arrival);
}

namespace Sluice.Checkpoints;

/// <summary>Asks for requests of a connection's budget.</summary>
/// <param name="ConnectionId">Whose budget.</param>
/// <param name="Holder">Which process asks.</param>
/// <param name="Want">How many, 0 to only settle.</param>
/// <param name="Limit">At most so many in a window, over all processes.</param>
/// <param name="Window">The window's length.</param>
/// <param name="TimeToLive">How long the grant may be used; what is not used by then is lost.</param>
/// <param name="UsedAges">How long ago each used request of this holder's open grant was made.</param>
/// <param name="Returned">How many of the open grant will not be used.</param>
internal sealed record PaceRequest(
    string ConnectionId, string Holder, int Want, int Limit, TimeSpan Window, TimeSpan TimeToLive, IReadOnlyList<TimeSpan> UsedAges, int Returned);

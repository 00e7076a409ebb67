namespace Sluice.Checkpoints;

/// <summary>What was granted.</summary>
/// <param name="Granted">0 to what was wanted.</param>
/// <param name="NextIn">Where less was granted than wanted: when more may be there. Zero otherwise.</param>
/// <param name="NotBeforeIn">What remains of the shared not-before.</param>
/// <param name="UsedInWindow">How many requests of all processes count in the window now, this grant included.</param>
/// <param name="SavedRate">The remembered requests a minute.</param>
internal sealed record PaceAnswer(int Granted, TimeSpan NextIn, TimeSpan NotBeforeIn, int UsedInWindow, int? SavedRate);

using Sluice.Notion;

namespace Sluice.Resilience;

/// <summary>A call that may go out, or why it may not.</summary>
/// <param name="Epoch">The breaker's epoch it was admitted in.</param>
/// <param name="Trial">True where the half-open breaker lets it through to see how it ends.</param>
/// <param name="Refusal">Why it may not go out; null: it may.</param>
/// <param name="Bypasses">True where the breaker is off for the call: it passes and does not count.</param>
internal readonly record struct Admission(int Epoch, bool Trial, NotionFailure? Refusal, bool Bypasses = false);

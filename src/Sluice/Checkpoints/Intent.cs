namespace Sluice.Checkpoints;

/// <summary>Written durably before a call that must take effect exactly once.</summary>
/// <param name="Kind">Which call.</param>
/// <param name="Generation">For which generation.</param>
/// <param name="Fence">Under which lease.</param>
/// <param name="At">When, by Notion's clock: processes on other machines see the same one.</param>
/// <param name="Limit">How long that call can still be on its way: a new owner waits this out before it decides.</param>
internal sealed record Intent(IntentKind Kind, int Generation, long Fence, DateTimeOffset At, TimeSpan Limit);

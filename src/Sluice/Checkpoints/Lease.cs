namespace Sluice.Checkpoints;

/// <summary>The right of one process to move one thing (an upload, a target, an owner's connection state).</summary>
/// <param name="Key"><c>upload:&lt;id&gt;</c> or <c>target:&lt;id&gt;</c>.</param>
/// <param name="Holder">The holder's id.</param>
/// <param name="Fence">Grows with each acquisition of the key; every write carries it.</param>
internal sealed record Lease(string Key, string Holder, long Fence);

using Sluice.Diagnostics;

namespace Sluice;

/// <summary>One part under way.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Sent">Bytes given to the socket in the current attempt.</param>
/// <param name="Attempt">From 1.</param>
/// <param name="Wait">What it waits for.</param>
public sealed record PartSnapshot(int Number, long Length, long Sent, int Attempt, WaitReason Wait);

namespace Sluice.Checkpoints.InMemory;

/// <summary>An event and when it is due.</summary>
internal sealed record InMemoryEvent(OutboxEvent Event, long Due);

namespace Sluice.Checkpoints;

/// <summary>An event with a stable id. <paramref name="Type"/>: one of <see cref="Events.EventTypes"/>. <paramref name="Payload"/>: JSON.</summary>
internal sealed record OutboxEvent(string Id, string Type, string UploadId, string Payload, DateTimeOffset At, int Tries = 0);

namespace Sluice.Checkpoints;

/// <summary>An event with a stable id. <paramref name="Type"/>: <c>upload.done</c>, <c>upload.failed</c>, <c>upload.expired</c>. <paramref name="Payload"/>: JSON.</summary>
internal sealed record OutboxEvent(string Id, string Type, string UploadId, string Payload, DateTimeOffset At, int Tries = 0);

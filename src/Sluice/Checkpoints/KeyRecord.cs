namespace Sluice.Checkpoints;

/// <summary>A key: SHA-256 of its secret in hex, its owner, scopes (upload, read, admin), whether it was revoked.</summary>
internal sealed record KeyRecord(string Id, string Sha256, string Owner, IReadOnlyList<string> Scopes, DateTimeOffset Created, bool Revoked = false);

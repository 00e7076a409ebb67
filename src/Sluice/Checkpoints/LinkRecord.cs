namespace Sluice.Checkpoints;

/// <summary>A signed link: where its uploads go, how large and how many they may be, until when.</summary>
internal sealed record LinkRecord(
    string Id, string Owner, UploadTarget Target, long? MaxBytes, int? MaxUses, DateTimeOffset Expires, DateTimeOffset Created, int Uses = 0, bool Revoked = false);

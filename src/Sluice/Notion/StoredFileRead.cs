using Sluice.Errors;

namespace Sluice.Notion;

/// <summary>What one request for a stored file gave.</summary>
/// <param name="Bytes">Bytes that went to the destination.</param>
/// <param name="Refusal">The stored file is not what it should be: final.</param>
/// <param name="Problem">Why it stopped early, in a word; null where it did not.</param>
internal readonly record struct StoredFileRead(long Bytes, SluiceError? Refusal, string? Problem);

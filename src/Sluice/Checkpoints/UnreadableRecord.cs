using Sluice.Errors;

namespace Sluice.Checkpoints;

/// <summary>A record that is there but was not understood.</summary>
internal sealed record UnreadableRecord(string Id, SluiceError Error);

using Sluice.Errors;

namespace Sluice.Spool;

/// <summary>How a gathering ended.</summary>
/// <param name="InHand">Bytes that were read and are not in the file; empty where all are.</param>
/// <param name="Disk">What the disk said.</param>
/// <param name="Refused">Why it was not let go on; null: it was.</param>
internal readonly record struct GatheredBytes(ReadOnlyMemory<byte> InHand, SpoolOutcome Disk, SluiceError? Refused);

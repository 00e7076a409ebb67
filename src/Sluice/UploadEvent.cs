using Sluice.Errors;

namespace Sluice;

/// <summary>Something that happened to an upload.</summary>
/// <param name="Kind">What.</param>
/// <param name="At">When, by the wall clock.</param>
/// <param name="Part">Which part, where it concerns one.</param>
/// <param name="Error">The failure, where it is one.</param>
/// <param name="RetryIn">When the part is tried again, where it is.</param>
public sealed record UploadEvent(UploadEventKind Kind, DateTimeOffset At, int? Part = null, SluiceError? Error = null, TimeSpan? RetryIn = null);

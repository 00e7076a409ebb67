namespace Sluice.Checkpoints;

/// <summary>
/// The store could not answer this time, and nothing was written: the same call may be made again. What cannot be helped by
/// asking again is a <see cref="Errors.SluiceException"/> instead.
/// </summary>
internal sealed class StoreUnavailableException(string message, Exception? inner = null) : Exception(message, inner);

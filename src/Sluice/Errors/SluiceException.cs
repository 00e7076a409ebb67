namespace Sluice.Errors;

/// <summary>The one exception that leaves the library: an expected failure on its way to the caller.</summary>
public sealed class SluiceException : Exception
{
    /// <summary>Makes an exception of an error.</summary>
    /// <param name="error">What went wrong.</param>
    /// <param name="inner">The cause, where another library threw it.</param>
    public SluiceException(SluiceError error, Exception? inner = null)
        : base(error?.Message ?? throw new ArgumentNullException(nameof(error)), inner) => Error = error;

    internal SluiceException(ErrorCode code, string message, Exception? inner = null)
        : this(new SluiceError(code, message), inner)
    {
    }

    /// <summary>What went wrong, with its stable code.</summary>
    public SluiceError Error { get; }
}

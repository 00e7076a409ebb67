using System.Net.Sockets;
using System.Runtime.ExceptionServices;
using System.Text.Json;
using Sluice.Errors;

namespace Sluice.Notion;

/// <summary>What it means that a call ended without an answer, or with one that could not be read.</summary>
internal static class TransportFailures
{
    /// <summary>True for what a network, a server or a cancellation can cause; anything else is a bug and goes up as it is.</summary>
    public static bool IsExpected(Exception e) =>
        e is HttpRequestException or IOException or OperationCanceledException or JsonException or SocketException or ObjectDisposedException;

    /// <summary>The failure of a body whose bytes could not be supplied. Anything but an unreadable or changed source is a bug and thrown.</summary>
    public static NotionFailure OfSource(Exception source)
    {
        switch (source)
        {
            case SluiceException e:
                return new(FailureClass.Permanent, e.Error);
            case IOException or UnauthorizedAccessException:
                var code = ErrorCodes.SourceMissing;
                return new(FailureClass.Permanent, new SluiceError(code, $"The file could not be read while it was being sent ({source.GetType().Name}). {code.Advice}"));
            default:
                ExceptionDispatchInfo.Throw(source);
                throw source;
        }
    }

    /// <summary>The failure of a call.</summary>
    /// <param name="endpoint">Which call.</param>
    /// <param name="e">What was thrown.</param>
    /// <param name="started">True once bytes of the request may have left: the call may have taken effect.</param>
    /// <param name="attempt">Whose time limits applied.</param>
    /// <exception cref="OperationCanceledException">Our own side ended the call.</exception>
    public static NotionFailure Of(NotionEndpoint endpoint, Exception e, bool started, IAttempt attempt)
    {
        if (attempt.ExpiredLimit is { } limit)
        {
            return new(Lost(endpoint, started), new SluiceError(limit, $"{limit.Meaning} {limit.Advice}")) { TimedOut = true };
        }

        if (attempt.Token.IsCancellationRequested)
        {
            throw new OperationCanceledException("The call to Notion was ended by our own side.", e, attempt.Token);
        }

        var code = ErrorCodes.NotionUnreachable;
        if (e is JsonException)
        {
            return new(Lost(endpoint, started), new SluiceError(code, $"Notion's answer could not be understood: it is not what the documented API answers. {code.Advice}"));
        }

        var sending = started && endpoint == NotionEndpoint.Send;
        var what = sending ? "The connection to Notion broke while a body was being sent" : started ? "The connection to Notion broke before the answer was there" : "No connection to Notion could be made";
        return new(sending ? FailureClass.Unknown : Lost(endpoint, started), new SluiceError(code, $"{what} ({Reason(e)}). {code.Advice}"));
    }

    /// <summary>An attach that may have taken effect is not repeated blindly; everything else is safe to try again.</summary>
    private static FailureClass Lost(NotionEndpoint endpoint, bool started) =>
        started && endpoint.Attaches() ? FailureClass.Ambiguous : FailureClass.Transient;

    /// <summary>The cause in a word or two; never an exception's own text, which may hold addresses.</summary>
    private static string Reason(Exception e)
    {
        for (var inner = e; inner is not null; inner = inner.InnerException)
        {
            if (inner is SocketException socket)
            {
                return socket.SocketErrorCode.ToString();
            }
        }

        return e switch
        {
            HttpRequestException { HttpRequestError: not HttpRequestError.Unknown } request => request.HttpRequestError.ToString(),
            HttpIOException { HttpRequestError: not HttpRequestError.Unknown } read => read.HttpRequestError.ToString(),
            _ => "connection closed",
        };
    }
}

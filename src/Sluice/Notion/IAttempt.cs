namespace Sluice.Notion;

/// <summary>One attempt at a call as its time limits see it: the call says how far it got, the token ends it.</summary>
internal interface IAttempt
{
    /// <summary>Ends the attempt: a time limit, the caller, or the lease.</summary>
    CancellationToken Token { get; }

    /// <summary>A new connection is being made; the connect limit runs until <see cref="Connected"/>.</summary>
    void Connecting();

    /// <summary>The connection stands.</summary>
    void Connected();

    /// <summary>
    /// Body bytes were given to the socket, or answer bytes came; restarts the read limit. <paramref name="bytes"/> counts the
    /// file's own bytes on their way out; for the form around them and for JSON it is 0.
    /// </summary>
    void Progress(long bytes);

    /// <summary>The request's last byte is out; the response limit runs until <see cref="ResponseStarted"/>.</summary>
    void BodySent();

    /// <summary>The status line is here; from now on the read limit watches the answer's body.</summary>
    void ResponseStarted();

    /// <summary>The limit that ended the attempt, or null where <see cref="Token"/> fired for another reason or not at all.</summary>
    Errors.ErrorCode? ExpiredLimit { get; }
}

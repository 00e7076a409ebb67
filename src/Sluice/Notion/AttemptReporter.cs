namespace Sluice.Notion;

/// <summary>
/// Tells one attempt how far its call got. Connections are made beside the call and may outlive it, or serve another: what
/// they say after <see cref="End"/> is dropped, and an attempt that got a connection otherwise is no longer connecting.
/// </summary>
internal sealed class AttemptReporter(IAttempt attempt)
{
    /// <summary>Links a connection under construction to the attempt it is made for.</summary>
    public static readonly HttpRequestOptionsKey<AttemptReporter> Key = new("sluice.attempt");

    private volatile bool _connecting;
    private volatile bool _connected;
    private volatile bool _ended;
    private volatile bool _bodySent;

    /// <summary>True once bytes of the request may have left: a connection carried it.</summary>
    public bool Started { get; private set; }

    /// <summary>A connection is being made for this attempt.</summary>
    public void Connecting()
    {
        if (!_ended && !Started && !_connecting)
        {
            _connecting = true;
            attempt.Connecting();
        }
    }

    /// <summary>The connection stands, TLS included. A call without a body is as good as out then.</summary>
    public void Connected()
    {
        if (_ended || !_connecting || _connected)
        {
            return;
        }

        _connected = true;
        attempt.Connected();
        if (_bodySent)
        {
            attempt.BodySent();
        }
    }

    /// <summary>The request's first byte goes out on some connection.</summary>
    public void RequestStarted()
    {
        Connected();
        Started = true;
    }

    /// <summary>Bytes moved, either way.</summary>
    public void Progress(long bytes)
    {
        if (!_ended)
        {
            attempt.Progress(bytes);
        }
    }

    /// <summary>The request's last byte is out.</summary>
    public void BodySent()
    {
        if (!_ended)
        {
            _bodySent = true;
            attempt.BodySent();
        }
    }

    /// <summary>The status line is here.</summary>
    public void ResponseStarted()
    {
        RequestStarted();
        if (!_ended)
        {
            attempt.ResponseStarted();
        }
    }

    /// <summary>The call is over: nothing more is told.</summary>
    public void End() => _ended = true;
}

namespace Sluice.Notion;

/// <summary>
/// The connections of one handler: how many stand, how many of them idle, and the two limits that SocketsHttpHandler has no
/// setting for, idle connections at most and requests a connection at most.
/// </summary>
internal sealed class NotionConnections(int maxIdle, int maxRequests)
{
    private readonly Lock _lock = new();
    private readonly HashSet<NotionConnectionStream> _idle = [];
    private int _open;

    /// <summary>Connections that stand.</summary>
    public int Open
    {
        get
        {
            lock (_lock)
            {
                return _open;
            }
        }
    }

    /// <summary>Those of them that were found idle and kept.</summary>
    public int Idle
    {
        get
        {
            lock (_lock)
            {
                return _idle.Count;
            }
        }
    }

    /// <summary>Wraps a new connection, TLS and proxy tunnel included.</summary>
    public NotionConnectionStream Add(Stream connection)
    {
        lock (_lock)
        {
            _open++;
        }

        return new NotionConnectionStream(connection, this);
    }

    /// <summary>True where a connection that carried so many requests may carry another.</summary>
    public bool MayServe(int requests) => requests < maxRequests;

    /// <summary>True where the connection may stay, idle as it is.</summary>
    public bool TryKeepIdle(NotionConnectionStream connection)
    {
        lock (_lock)
        {
            return _idle.Contains(connection) || (_idle.Count < maxIdle && _idle.Add(connection));
        }
    }

    /// <summary>The connection carries a request again.</summary>
    public void Busy(NotionConnectionStream connection)
    {
        lock (_lock)
        {
            _idle.Remove(connection);
        }
    }

    /// <summary>The connection is gone.</summary>
    public void Closed(NotionConnectionStream connection)
    {
        lock (_lock)
        {
            _open--;
            _idle.Remove(connection);
        }
    }
}

namespace Sluice.Notion;

/// <summary>The HTTP connections to Notion. Section <c>Connections</c>. Defaults are those of the small profile.</summary>
public sealed class ConnectionOptions
{
    /// <summary>Connections at most.</summary>
    public int MaxConnections { get; set; } = 5;

    /// <summary>Idle connections kept at most.</summary>
    public int MaxIdle { get; set; } = 3;

    /// <summary>How long an idle connection is kept.</summary>
    public TimeSpan KeepAlive { get; set; } = TimeSpan.FromSeconds(300);

    /// <summary>A connection is closed after so many requests.</summary>
    public int MaxRequestsPerConnection { get; set; } = 100;

    /// <summary>Expect: 100-continue on sends: auto, on or off.</summary>
    public string ExpectContinue { get; set; } = "auto";

    /// <summary>Address of an HTTP proxy; none is used otherwise, whatever the environment says.</summary>
    public string? Proxy { get; set; }
}

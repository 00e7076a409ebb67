namespace Sluice.Resilience;

/// <summary>The four limits of one attempt. Section <c>Timeouts</c>. Defaults are those of the small profile.</summary>
public sealed class TimeoutOptions
{
    /// <summary>Making the connection, TLS included.</summary>
    public TimeSpan Connect { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>From the request's last byte to the status line; Notion itself ends a request at 60 s.</summary>
    public TimeSpan Response { get; set; } = TimeSpan.FromSeconds(75);

    /// <summary>A body that does not move, in either direction.</summary>
    public TimeSpan Read { get; set; } = TimeSpan.FromSeconds(300);

    /// <summary>The whole attempt.</summary>
    public TimeSpan Total { get; set; } = TimeSpan.FromSeconds(450);
}

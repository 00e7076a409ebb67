namespace Sluice.AspNetCore.Security;

/// <summary>Who may do what, and how much of it. Section <c>Security</c>.</summary>
public sealed class SecurityOptions
{
    /// <summary>Keys beside those in the store, each <c>id:sha256:owner:scopes</c>; scopes are upload, read, admin, joined by '+'.</summary>
    public IList<string> Keys { get; } = [];

    /// <summary>Signs links and sessions, at least 32 characters; null: a key of this process, and links end with it.</summary>
    public string? LinkKey { get; set; }

    /// <summary>The largest file in bytes, 1 to 5 GiB.</summary>
    public long MaxUploadBytes { get; set; } = 5L << 30;

    /// <summary>Uploads of one owner that are open at once, 1 to 1,000,000.</summary>
    public int MaxUploadsPerOwner { get; set; } = 2000;

    /// <summary>Requests of one owner in a minute, bodies and offsets of uploads under way not counted, 1 to 1,000,000.</summary>
    public int RequestsPerMinute { get; set; } = 6000;

    /// <summary>Addresses or networks (<c>10.0.0.0/8</c>) whose X-Forwarded headers are believed.</summary>
    public IList<string> TrustedProxies { get; } = [];

    /// <summary>Let callers without a key upload on addresses beyond loopback too.</summary>
    public bool AllowAnonymous { get; set; }
}

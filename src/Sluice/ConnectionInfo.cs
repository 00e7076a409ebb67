namespace Sluice;

/// <summary>Who the token belongs to and what its workspace takes.</summary>
/// <param name="BotId">The connection's bot.</param>
/// <param name="BotName">Its name.</param>
/// <param name="WorkspaceName">The workspace's name, where Notion says.</param>
/// <param name="MaxFileSize">The largest file, in bytes.</param>
/// <param name="ClockSkew">Notion's clock minus ours.</param>
/// <param name="RoundTrip">How long the call took.</param>
public sealed record ConnectionInfo(string BotId, string? BotName, string? WorkspaceName, long MaxFileSize, TimeSpan ClockSkew, TimeSpan RoundTrip);

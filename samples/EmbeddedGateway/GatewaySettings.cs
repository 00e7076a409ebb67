namespace EmbeddedGateway;

/// <summary>What this application knows about its users; a real one asks its database.</summary>
internal sealed class GatewaySettings
{
    /// <summary>Notion's address, or that of <c>sluice simulate</c>.</summary>
    public string NotionUrl { get; set; } = "https://api.notion.com";

    /// <summary>Where uploads are recorded, so that they go on after a restart.</summary>
    public string StateFolder { get; set; } = "state";

    /// <summary>User name by password.</summary>
    public Dictionary<string, string> Users { get; } = [];

    /// <summary>Where each user's files go, spelt as with <c>sluice upload --to</c>.</summary>
    public Dictionary<string, string> Pages { get; } = [];

    /// <summary>The Notion connection of those users whose team has one of its own.</summary>
    public Dictionary<string, string> Teams { get; } = [];
}

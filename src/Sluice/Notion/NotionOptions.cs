namespace Sluice.Notion;

/// <summary>Where Notion is and which version of its API is spoken. Section <c>Notion</c>. Defaults are those of the small profile.</summary>
public sealed class NotionOptions
{
    /// <summary>Base address of the API.</summary>
    public string Url { get; set; } = "https://api.notion.com";

    /// <summary>The Notion-Version header.</summary>
    public string Version { get; set; } = "2026-03-11";

    /// <summary>A file that holds the token; environment variables win over it.</summary>
    public string? TokenFile { get; set; }
}

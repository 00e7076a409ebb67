namespace Sluice.Notion;

/// <summary>Who the token belongs to. <paramref name="MaxFileUploadSize"/> in bytes, null where Notion does not say.</summary>
internal sealed record NotionBot(string Id, string? Name, string? WorkspaceName, long? MaxFileUploadSize)
{
    public DateTimeOffset? Date { get; init; }
}

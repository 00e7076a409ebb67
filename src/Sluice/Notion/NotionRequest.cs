namespace Sluice.Notion;

/// <summary>One HTTP request to Notion: what is called and with which body.</summary>
/// <param name="Endpoint">The call, for what its failures mean.</param>
/// <param name="Method">GET, POST or PATCH.</param>
/// <param name="Path">Path and query, variable parts escaped.</param>
internal sealed record NotionRequest(NotionEndpoint Endpoint, HttpMethod Method, string Path)
{
    /// <summary>Makes the body; null: none (reads only).</summary>
    public Func<AttemptReporter, NotionContent>? Body { get; init; }
}

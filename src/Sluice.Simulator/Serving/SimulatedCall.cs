using Microsoft.AspNetCore.Http;

namespace Sluice.Simulator.Serving;

/// <summary>One API request: who asks, for what, in which version, and when it came.</summary>
/// <param name="Context">The request and its answer.</param>
/// <param name="Token">Each token is a connection of its own.</param>
/// <param name="Version">The Notion-Version, one that there is.</param>
/// <param name="Endpoint">Its name, as in docs/simulator.md.</param>
/// <param name="Id">The id in its path, with dashes.</param>
/// <param name="Started">When it came, by the simulator's clock.</param>
internal sealed record SimulatedCall(HttpContext Context, string Token, string Version, string Endpoint, string Id, DateTimeOffset Started)
{
    /// <summary>Whether the version knows data sources, and rows by them.</summary>
    public bool HasDataSources => ApiVersions.HasDataSources(Version);

    /// <summary>Whether the version has dropped <c>archived</c> and <c>after</c>.</summary>
    public bool IsLatest => ApiVersions.IsLatest(Version);

    public CancellationToken Left => Context.RequestAborted;

    public string? Query(string name) => Context.Request.Query[name].FirstOrDefault();
}

using Microsoft.AspNetCore.Http;

namespace Sluice.AspNetCore.Security;

/// <summary>
/// Changes by a browser that proves who it is by itself (cookie, loopback) have to come from our own pages. Browsers send Origin
/// with every change; what sends neither Origin nor Sec-Fetch-Site is no browser.
/// </summary>
internal static class OriginRule
{
    /// <summary>Whether a request may be believed.</summary>
    /// <param name="method">The method that takes effect.</param>
    /// <param name="origin">The Origin header; null: none.</param>
    /// <param name="fetchSite">The Sec-Fetch-Site header; null: none.</param>
    /// <param name="scheme">The scheme the client used.</param>
    /// <param name="host">The Host header.</param>
    public static bool Allows(string method, string? origin, string? fetchSite, string scheme, string host)
    {
        if (HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method))
        {
            return true;
        }

        return fetchSite is null or "same-origin" or "none" && (origin is null || string.Equals(origin, $"{scheme}://{host}", StringComparison.OrdinalIgnoreCase));
    }
}

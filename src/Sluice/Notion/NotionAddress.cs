using System.Security.Cryptography;
using System.Text;
using Sluice.Errors;

namespace Sluice.Notion;

/// <summary>The base address of the API in one canonical spelling, and the identity of a connection made with it.</summary>
internal static class NotionAddress
{
    /// <summary>Reads <c>Notion:Url</c>; http is allowed for the simulator and for proxies of one's own.</summary>
    /// <exception cref="SluiceException"><c>bad_request</c>: not an absolute http or https address, or one with a user, a query or a fragment.</exception>
    public static Uri Parse(string url)
    {
        if (!Uri.TryCreate(url.Trim(), UriKind.Absolute, out var uri)
            || (uri.Scheme != Uri.UriSchemeHttps && uri.Scheme != Uri.UriSchemeHttp)
            || uri.UserInfo.Length > 0 || uri.Query.Length > 0 || uri.Fragment.Length > 0)
        {
            throw new SluiceException(ErrorCodes.BadRequest, "Notion:Url is not an address of the API: write https://host[:port], without user, query or fragment.");
        }

        return new Uri(Text(uri));
    }

    /// <summary>The address of a call; <paramref name="pathAndQuery"/> begins with <c>/v1/</c> and its variable parts are escaped.</summary>
    public static Uri At(Uri address, string pathAndQuery) => new(Text(address) + pathAndQuery);

    /// <summary>
    /// What records call this connection: the same for every token of a bot at this address, and nothing about the token can be
    /// learned from it.
    /// </summary>
    public static string ConnectionId(Uri address, string botId)
    {
        var bot = botId.Replace("-", "", StringComparison.Ordinal).ToLowerInvariant();
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes($"{Text(address)}\n{bot}"));
        return Convert.ToHexStringLower(digest.AsSpan(0, 16));
    }

    private static string Text(Uri address) => address.GetLeftPart(UriPartial.Path).TrimEnd('/');
}

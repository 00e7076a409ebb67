using System.Security.Cryptography;

namespace Sluice.AspNetCore.Security;

/// <summary>
/// A signed link's token, <c>sll_&lt;id&gt;_&lt;signature&gt;</c>: it travels in a URL's fragment to the page and from there as a bearer
/// token, so no server log sees it. What the link allows is in the store, and is looked up each time.
/// </summary>
internal static class LinkToken
{
    public const string Prefix = "sll_";

    /// <summary>An id for a new link: 128 random bits.</summary>
    public static string NewId() => RandomNumberGenerator.GetHexString(32, lowercase: true);

    public static string Of(string id, SigningKeys keys) => $"{Prefix}{id}_{keys.SignLink(id)}";

    /// <summary>The link's id; null where the token was not signed here.</summary>
    public static string? TryRead(string token, SigningKeys keys)
    {
        if (!token.StartsWith(Prefix, StringComparison.Ordinal) || token.Length > 200)
        {
            return null;
        }

        var rest = token[Prefix.Length..];
        var separator = rest.IndexOf('_', StringComparison.Ordinal);
        return separator > 0 && SigningKeys.Same(keys.SignLink(rest[..separator]), rest[(separator + 1)..]) ? rest[..separator] : null;
    }
}

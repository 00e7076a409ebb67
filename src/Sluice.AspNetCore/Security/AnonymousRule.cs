using System.Net;

namespace Sluice.AspNetCore.Security;

/// <summary>Who may come without a key: pure decisions at the start and for each request.</summary>
internal static class AnonymousRule
{
    /// <summary>Why a gateway must not start on these addresses; null: it may. The program ends with exit code 2 and this sentence.</summary>
    /// <param name="listen">Addresses as <c>--listen</c> takes them.</param>
    /// <param name="hasKeys">Whether anybody could come with a key.</param>
    /// <param name="allowAnonymous"><c>--allow-anonymous</c>.</param>
    public static string? RefusalToStart(IEnumerable<string> listen, bool hasKeys, bool allowAnonymous)
    {
        if (hasKeys || allowAnonymous)
        {
            return null;
        }

        return listen.FirstOrDefault(address => !IsLoopback(address)) is { } open
            ? $"The gateway would take uploads from anyone at {open}: there is no key. Make one with: sluice key create --owner NAME --scope upload,read; or listen on http://127.0.0.1:8080; or say that this is meant with --allow-anonymous."
            : null;
    }

    /// <summary>What a request without a key may do; none: it is refused.</summary>
    /// <param name="hasKeys">Whether anybody could come with a key, or as somebody whom the application knows: then they have to.</param>
    /// <param name="allowAnonymous"><c>Security:AllowAnonymous</c>.</param>
    /// <param name="local">The address the connection came in at.</param>
    /// <param name="remote">The address it came from.</param>
    /// <param name="host">The Host header without its port: a page of another site that was made to resolve to loopback names itself there.</param>
    /// <param name="forwarded">Whether a proxy says that it speaks for somebody else.</param>
    public static Scopes Allowed(bool hasKeys, bool allowAnonymous, IPAddress? local, IPAddress? remote, string host, bool forwarded)
    {
        var loopback = local is not null && remote is not null && IPAddress.IsLoopback(local) && IPAddress.IsLoopback(remote) && IsLoopbackName(host) && !forwarded;
        return loopback && !hasKeys ? Scopes.Upload | Scopes.Read | Scopes.Admin
            : allowAnonymous ? Scopes.Upload
            : Scopes.None;
    }

    private static bool IsLoopback(string address)
    {
        // http://*:80 and http://+:80 are no addresses, and mean all of them.
        return Uri.TryCreate(address, UriKind.Absolute, out var uri) && IsLoopbackName(uri.Host);
    }

    private static bool IsLoopbackName(string host) =>
        string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip));
}

using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Sluice.Cli.Serving;

/// <summary>An address of <c>--listen</c>: http, for TLS ends at the router or the proxy in front.</summary>
internal static class ListenAddress
{
    /// <summary>Why it cannot be listened at; null: it can, as far as its text goes.</summary>
    public static string? Problem(string text)
    {
        if (!Uri.TryCreate(AnyToIp(text), UriKind.Absolute, out var uri) || uri.PathAndQuery != "/" || uri.UserInfo.Length > 0)
        {
            return "write http://<ip address>:<port>, such as http://127.0.0.1:8080, or http://*:8080 for every address.";
        }

        if (uri.Scheme != Uri.UriSchemeHttp)
        {
            return "the gateway speaks http; TLS ends at the router or a proxy in front of it.";
        }

        return uri.Host == "localhost" || IPAddress.TryParse(uri.Host.Trim('[', ']'), out _) ? null : "name an IP address of this machine, localhost, or * for every address.";
    }

    /// <summary>Listens there.</summary>
    public static void Apply(KestrelServerOptions kestrel, string text)
    {
        var uri = new Uri(AnyToIp(text));
        if (IsAny(text))
        {
            kestrel.ListenAnyIP(uri.Port);
        }
        else if (uri.Host == "localhost" && uri.Port != 0)
        {
            kestrel.ListenLocalhost(uri.Port);
        }
        else
        {
            kestrel.Listen(uri.Host == "localhost" ? IPAddress.Loopback : IPAddress.Parse(uri.Host.Trim('[', ']')), uri.Port);
        }
    }

    private static bool IsAny(string text) => text.StartsWith("http://*", StringComparison.Ordinal) || text.StartsWith("http://+", StringComparison.Ordinal);

    /// <summary>* and + are no hosts of an address.</summary>
    private static string AnyToIp(string text) => IsAny(text) ? $"http://0.0.0.0{text["http://*".Length..]}" : text;
}

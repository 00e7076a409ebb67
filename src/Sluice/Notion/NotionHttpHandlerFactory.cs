using System.Net;
using System.Net.Sockets;
using Sluice.Errors;

namespace Sluice.Notion;

/// <summary>Makes the handler that connects to Notion: bounded, HTTP/1.1, and doing nothing that was not asked for.</summary>
internal static class NotionHttpHandlerFactory
{
    /// <summary>How long a send that asked first waits for "go on" before it sends its body anyway.</summary>
    private static readonly TimeSpan ExpectWait = TimeSpan.FromSeconds(1);

    /// <summary>The limits that go beyond the handler's own settings.</summary>
    public static NotionConnections CreateConnections(ConnectionOptions options) => new(options.MaxIdle, options.MaxRequestsPerConnection);

    /// <summary>A handler whose connections are counted by <paramref name="connections"/>.</summary>
    /// <exception cref="SluiceException"><c>bad_request</c> where the proxy's address is none.</exception>
    public static SocketsHttpHandler Create(ConnectionOptions options, NotionConnections connections)
    {
        var proxy = CreateProxy(options.Proxy);
        return new SocketsHttpHandler
        {
            MaxConnectionsPerServer = options.MaxConnections,
            PooledConnectionIdleTimeout = options.KeepAlive,
            PooledConnectionLifetime = Timeout.InfiniteTimeSpan,
            ConnectTimeout = Timeout.InfiniteTimeSpan, // each attempt has its own limit
            Expect100ContinueTimeout = ExpectWait,
            MaxResponseDrainSize = 0, // an answer that is not read to its end closes its connection
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
            UseProxy = proxy is not null,
            Proxy = proxy,
            Credentials = null,
            PreAuthenticate = false,
            ActivityHeadersPropagator = null, // no trace ids of ours in Notion's logs
            ConnectCallback = ConnectAsync,
            PlaintextStreamFilter = (context, _) =>
            {
                if (context.InitialRequestMessage.Options.TryGetValue(AttemptReporter.Key, out var reporter))
                {
                    reporter.Connected();
                }

                return ValueTask.FromResult<Stream>(connections.Add(context.PlaintextStream));
            },
        };
    }

    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        if (context.InitialRequestMessage.Options.TryGetValue(AttemptReporter.Key, out var reporter))
        {
            reporter.Connecting();
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            // A peer that vanished without a word is noticed within a minute, also while nothing is being sent.
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, optionValue: true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 30);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 10);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 3);
            await socket.ConnectAsync(context.DnsEndPoint, cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static WebProxy? CreateProxy(string? setting)
    {
        if (string.IsNullOrWhiteSpace(setting))
        {
            return null;
        }

        if (!Uri.TryCreate(setting.Trim(), UriKind.Absolute, out var uri) || (uri.Scheme != Uri.UriSchemeHttp && uri.Scheme != Uri.UriSchemeHttps))
        {
            throw new SluiceException(ErrorCodes.BadRequest, "Connections:Proxy is not an address of a proxy: write http://[user:password@]host:port.");
        }

        var proxy = new WebProxy(new Uri(uri.GetLeftPart(UriPartial.Authority).Replace(uri.UserInfo + "@", "", StringComparison.Ordinal)));
        if (uri.UserInfo.Length > 0)
        {
            var colon = uri.UserInfo.IndexOf(':', StringComparison.Ordinal);
            var user = colon < 0 ? uri.UserInfo : uri.UserInfo[..colon];
            var password = colon < 0 ? "" : uri.UserInfo[(colon + 1)..];
            proxy.Credentials = new NetworkCredential(Uri.UnescapeDataString(user), Uri.UnescapeDataString(password));
        }

        return proxy;
    }
}

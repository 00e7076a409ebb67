using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Sluice.AspNetCore.Hosting;

/// <summary>The server's limits: what it keeps for itself is outside every budget of the engine, so it is small and counted.</summary>
internal static class KestrelSettings
{
    public const int MaxHeaderBytes = 16 << 10;

    /// <summary>
    /// What Kestrel reads ahead of us for one connection before it waits for us, so that it is one small block: a thousand clients that
    /// are held back hold one each, and the rest of their windows waits in the sockets. One receive may bring more than that, so fast clients lose nothing, and
    /// headers that are longer are read on, because they were looked at.
    /// </summary>
    public const int RequestBuffer = BlockPool.SmallBlock / 2;

    private const int ResponseBuffer = 64 << 10;

    /// <summary>Blocks that fast connections are received into: one system call each.</summary>
    public const int ReceiveBlock = 64 << 10;

    private const int Small = 64 << 10;
    private const int Large = 256 << 10;

    public static void Apply(KestrelServerOptions kestrel, FrontOptions front)
    {
        kestrel.AddServerHeader = false;
        var limits = kestrel.Limits;
        limits.MaxRequestBufferSize = MaxHeaderBytes;
        limits.MaxResponseBufferSize = ResponseBuffer;
        limits.MaxConcurrentConnections = front.MaxConnections;
        limits.MaxRequestLineSize = 8 << 10;
        limits.MaxRequestHeadersTotalSize = MaxHeaderBytes;
        limits.MaxRequestHeaderCount = 64;
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
        limits.KeepAliveTimeout = TimeSpan.FromSeconds(75);

        // Bodies of the API are documents of a few kilobytes; upload routes lift this for themselves (BodyTaker.LiftLimits).
        limits.MaxRequestBodySize = 64 << 10;

        // Clear text is HTTP/1.1: upload clients, routers and proxies speak it, and one body a connection is what the clocks are made for.
        kestrel.ConfigureEndpointDefaults(static endpoint => endpoint.Protocols = HttpProtocols.Http1);
    }

    /// <summary>The receive buffer is set on the listening socket: accepted ones inherit it, and the window is settled when a connection is made.</summary>
    public static void Apply(SocketTransportOptions transport, FrontOptions front, bool behindRouter, long? memoryLimit)
    {
        // On clear text these count and not the limits above, and by themselves they are 1 MiB for each connection.
        transport.MaxReadBufferSize = RequestBuffer;
        transport.MaxWriteBufferSize = ResponseBuffer;

        // What a socket brings is handled on the thread that it woke, 10 % of the CPU (docs/benchmarks.md). Unsafe is what blocks there; nothing of ours
        // waits for anything but the spool's disk, and the pool has other threads for the sockets meanwhile.
        transport.UnsafePreferInlineScheduling = true;
        var bytes = ReceiveBuffer(front, behindRouter, memoryLimit);
        transport.CreateBoundListenSocket = endpoint =>
        {
            var socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
            if (endpoint.AddressFamily is AddressFamily.InterNetwork or AddressFamily.InterNetworkV6)
            {
                // Linux doubles what it is told, for its own bookkeeping.
                socket.ReceiveBufferSize = bytes;
            }

            return socket;
        };
    }

    /// <summary>
    /// A router on the same network needs no large window, and with a small one less has to be taken before a held client moves; a client
    /// far away needs it for its speed. All of them full must not fill the machine: a thousand slow clients with 256 KiB each
    /// took 470 MB of 512 (bench/run.sh slow-1000).
    /// </summary>
    /// <param name="front">The settings.</param>
    /// <param name="behindRouter">Whether a router takes the clients' connections.</param>
    /// <param name="memoryLimit">The control group's limit in bytes; null: none.</param>
    public static int ReceiveBuffer(FrontOptions front, bool behindRouter, long? memoryLimit)
    {
        if (front.ReceiveBuffer != 0)
        {
            return front.ReceiveBuffer;
        }

        var bytes = behindRouter ? Small : Large;
        while (bytes > Small && memoryLimit is { } limit && (long)bytes * front.MaxConnections > limit / 4)
        {
            bytes /= 2;
        }

        return bytes;
    }
}

using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Sluice.Conformance.Notion;

/// <summary>A server of bare sockets on loopback: each connection is handled as the test says, byte by byte.</summary>
internal sealed class RawServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentBag<Task> _handlers = [];
    private readonly Task _accepting;

    private readonly X509Certificate2? _certificate;

    public RawServer(Func<RawConnection, Task> handle, X509Certificate2? certificate = null)
    {
        _certificate = certificate;
        _listener.Start();
        _accepting = AcceptAsync(handle);
    }

    public string Url => $"{(_certificate is null ? "http" : "https")}://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    public int Connections { get; private set; }

    public CancellationToken Stopping => _stop.Token;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_handlers);
        _stop.Dispose();
    }

    private async Task AcceptAsync(Func<RawConnection, Task> handle)
    {
        try
        {
            while (!_stop.IsCancellationRequested)
            {
                var socket = await _listener.AcceptSocketAsync(_stop.Token);
                _handlers.Add(HandleAsync(handle, new RawConnection(socket, Connections++, _stop.Token)));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or InvalidOperationException)
        {
            return; // the listener was stopped: the test is over
        }
    }

    private async Task HandleAsync(Func<RawConnection, Task> handle, RawConnection connection)
    {
        using (connection)
        {
            try
            {
                if (_certificate is not null)
                {
                    await connection.SecureAsync(_certificate);
                }

                await handle(connection);
            }
            catch (Exception e) when (e is OperationCanceledException or IOException or SocketException or AuthenticationException)
            {
                return; // the client went, or the test is over
            }
        }
    }
}

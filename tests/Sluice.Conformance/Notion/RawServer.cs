using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Sluice.Conformance.Notion;

/// <summary>A server of bare sockets on loopback: each connection is handled as the test says, byte by byte.</summary>
internal sealed class RawServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentBag<Task> _handlers = [];
    private readonly Task _accepting;

    public RawServer(Func<RawConnection, Task> handle)
    {
        _listener.Start();
        _accepting = AcceptAsync(handle);
    }

    public string Url => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

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

    private static async Task HandleAsync(Func<RawConnection, Task> handle, RawConnection connection)
    {
        using (connection)
        {
            try
            {
                await handle(connection);
            }
            catch (Exception e) when (e is OperationCanceledException or IOException or SocketException)
            {
                return; // the client went, or the test is over
            }
        }
    }
}

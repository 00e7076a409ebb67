using System.Net;
using System.Net.Sockets;

namespace Sluice.EndToEnd.Gateway;

/// <summary>A proxy that does to connections what networks do: it cuts them after a while, delays their bytes, or swallows them and then cuts.</summary>
internal sealed class TcpFaultProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly IPEndPoint _target;
    private readonly Func<int, Fault> _faults;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;
    private int _cuts;

    /// <param name="target">Where connections go.</param>
    /// <param name="faults">What happens to the n-th connection, from 0.</param>
    public TcpFaultProxy(Uri target, Func<int, Fault> faults)
    {
        _target = new IPEndPoint(IPAddress.Parse(target.Host), target.Port);
        _faults = faults;
        _listener.Start();
        Address = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");
        _accepting = AcceptAsync(_stop.Token);
    }

    /// <param name="CutAfter">Both sides are reset so long after the connection was made.</param>
    /// <param name="Delay">Each piece of at most 16 KiB waits so long.</param>
    /// <param name="SwallowAfter">From so many bytes of the client on nothing is passed on, in either direction.</param>
    public sealed record Fault(TimeSpan? CutAfter = null, TimeSpan Delay = default, long SwallowAfter = long.MaxValue);

    public Uri Address { get; }

    /// <summary>Connections that were cut while they were in use.</summary>
    public int Cuts => _cuts;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync(CancellationToken stop)
    {
        List<Task> connections = [];
        try
        {
            for (var n = 0; ; n++)
            {
                connections.Add(CarryAsync(await _listener.AcceptSocketAsync(stop), _faults(n), stop));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task CarryAsync(Socket client, Fault fault, CancellationToken stop)
    {
        using var door = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using var cut = fault.CutAfter is { } after ? new CancellationTokenSource(after, TimeProvider.System) : new CancellationTokenSource();
        await using var cutting = cut.Token.Register(static state => ((CancellationTokenSource)state!).Cancel(), end);
        using (client)
        {
            client.NoDelay = true;
            try
            {
                await door.ConnectAsync(_target, end.Token);
                var swallowing = new StrongBox();
                await Task.WhenAny(PumpAsync(client, door, fault, swallowing, counts: true, end.Token), PumpAsync(door, client, fault, swallowing, counts: false, end.Token));
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException)
            {
                // The door is closed at this moment: the client hears the same.
            }

            if (cut.IsCancellationRequested)
            {
                Interlocked.Increment(ref _cuts);
                client.LingerState = door.LingerState = new LingerOption(enable: true, seconds: 0);
            }

            await end.CancelAsync();
        }
    }

    private static async Task PumpAsync(Socket from, Socket to, Fault fault, StrongBox swallowing, bool counts, CancellationToken end)
    {
        var buffer = new byte[16 << 10];
        var passed = 0L;
        try
        {
            int read;
            while ((read = await from.ReceiveAsync(buffer, end)) > 0)
            {
                passed += read;
                swallowing.Value |= counts && passed > fault.SwallowAfter;
                if (fault.Delay > TimeSpan.Zero)
                {
                    await Task.Delay(fault.Delay, TimeProvider.System, end);
                }

                for (var sent = 0; sent < read && !swallowing.Value;)
                {
                    sent += await to.SendAsync(buffer.AsMemory(sent, read - sent), end);
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // One side is gone, or it is cut: the other pump ends with it.
        }
    }

    private sealed class StrongBox
    {
        public volatile bool Value;
    }
}

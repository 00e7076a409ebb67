using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Xunit;

namespace Sluice.Conformance.Front;

/// <summary>A client that writes bytes and reads what comes: for what a proper client never does.</summary>
internal sealed class RawHttp : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Socket _socket;
    private readonly List<byte> _read = [];

    private RawHttp(Socket socket) => _socket = socket;

    public static async Task<RawHttp> ConnectAsync(Uri address)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(address.Host, address.Port, TestContext.Current.CancellationToken);
        return new RawHttp(socket);
    }

    public Task SendAsync(string text) => SendAsync(Encoding.Latin1.GetBytes(text));

    public async Task SendAsync(byte[] bytes)
    {
        using var limit = new CancellationTokenSource(Patience, TimeProvider.System);
        for (var sent = 0; sent < bytes.Length;)
        {
            sent += await _socket.SendAsync(bytes.AsMemory(sent), limit.Token);
        }
    }

    /// <summary>Reads one answer: status, headers, and the body where a length says so. Status 0: the connection ended.</summary>
    public async Task<(int Status, string Head, string Body)> AnswerAsync(bool hasBody = true)
    {
        int end;
        while ((end = Encoding.Latin1.GetString([.. _read]).IndexOf("\r\n\r\n", StringComparison.Ordinal)) < 0)
        {
            if (!await MoreAsync())
            {
                return (0, "", "");
            }
        }

        var head = Encoding.Latin1.GetString([.. _read[..end]]);
        _read.RemoveRange(0, end + 4);
        var length = hasBody && Header(head, "Content-Length") is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : 0;
        while (_read.Count < length && await MoreAsync())
        {
        }

        var body = Encoding.UTF8.GetString([.. _read[..Math.Min(length, _read.Count)]]);
        _read.RemoveRange(0, Math.Min(length, _read.Count));
        return (int.Parse(head.AsSpan(9, 3), CultureInfo.InvariantCulture), head, body);
    }

    /// <summary>True where the server ends the connection.</summary>
    public async Task<bool> EndsAsync()
    {
        while (await MoreAsync())
        {
        }

        return true;
    }

    public static string? Header(string head, string name) =>
        head.Split("\r\n").Select(line => line.Split(": ", 2)).FirstOrDefault(pair => pair.Length == 2 && pair[0].Equals(name, StringComparison.OrdinalIgnoreCase))?[1];

    /// <summary>The client vanishes: a reset, not a close.</summary>
    public void Reset()
    {
        _socket.LingerState = new LingerOption(enable: true, seconds: 0);
        _socket.Dispose();
    }

    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<bool> MoreAsync()
    {
        using var limit = new CancellationTokenSource(Patience, TimeProvider.System);
        var buffer = new byte[16 << 10];
        try
        {
            var count = await _socket.ReceiveAsync(buffer, limit.Token);
            _read.AddRange(buffer.AsSpan(0, count));
            return count > 0;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}

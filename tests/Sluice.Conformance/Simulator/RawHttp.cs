using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Xunit;

namespace Sluice.Conformance.Simulator;

/// <summary>A connection on which a test writes HTTP byte by byte and reads whatever comes.</summary>
internal sealed class RawHttp : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TcpClient _client;
    private readonly NetworkStream _stream;

    private RawHttp(TcpClient client) => (_client, _stream) = (client, client.GetStream());

    public static async Task<RawHttp> ConnectAsync(Uri address)
    {
        var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync(address.Host, address.Port, TestContext.Current.CancellationToken);
        return new RawHttp(client);
    }

    public static string Head(string method, string path, string headers) =>
        $"{method} {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ntn_a\r\nNotion-Version: 2026-03-11\r\n{headers}\r\n";

    public static string SendHead(string id, string contentType, long length) =>
        Head("POST", $"/v1/file_uploads/{id}/send", $"Content-Type: {contentType}\r\nContent-Length: {length.ToString(CultureInfo.InvariantCulture)}\r\n");

    public Task WriteAsync(string text) => WriteAsync(Encoding.UTF8.GetBytes(text));

    public async Task WriteAsync(byte[] bytes) => await _stream.WriteAsync(bytes, TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience, TestContext.Current.CancellationToken);

    /// <summary>Writes until the other side does not take it any more; how many bytes it took.</summary>
    public async Task<long> PushAsync(long most)
    {
        var piece = new byte[64 << 10];
        var pushed = 0L;
        try
        {
            while (pushed < most)
            {
                await WriteAsync(piece);
                pushed += piece.Length;
            }
        }
        catch (IOException)
        {
            // The other side closed.
        }

        return pushed;
    }

    /// <summary>Reads one answer's head and as much of its body as its length says; null: the connection ended without one.</summary>
    public async Task<(int Status, string Head, string Body)?> ReadAsync()
    {
        var text = new StringBuilder();
        var buffer = new byte[16 << 10];
        while (true)
        {
            var all = text.ToString();
            if (all.IndexOf("\r\n\r\n", StringComparison.Ordinal) is var end and >= 0 && IsWhole(all, end))
            {
                return (int.Parse(all.AsSpan(9, 3), CultureInfo.InvariantCulture), all[..end], all[(end + 4)..]);
            }

            int read;
            try
            {
                read = await _stream.ReadAsync(buffer, TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience, TestContext.Current.CancellationToken);
            }
            catch (IOException)
            {
                read = 0;
            }

            if (read == 0)
            {
                return text.Length == 0 ? null : throw new IOException($"The answer ends in the middle: {text}");
            }

            text.Append(Encoding.UTF8.GetString(buffer, 0, read));
        }
    }

    public void Dispose() => _client.Dispose();

    private static bool IsWhole(string all, int end)
    {
        var head = all[..end];
        if (head.StartsWith("HTTP/1.1 100", StringComparison.Ordinal))
        {
            return true;
        }

        if (head.Contains("Transfer-Encoding: chunked", StringComparison.OrdinalIgnoreCase))
        {
            return all.EndsWith("0\r\n\r\n", StringComparison.Ordinal);
        }

        var at = head.IndexOf("Content-Length: ", StringComparison.OrdinalIgnoreCase);
        var length = at < 0 ? 0 : int.Parse(head[(at + 16)..].Split('\r')[0], CultureInfo.InvariantCulture);
        return all.Length - end - 4 >= length;
    }
}

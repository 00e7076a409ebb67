using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Sluice.Conformance.Notion;

/// <summary>One connection of <see cref="RawServer"/>.</summary>
internal sealed class RawConnection(Socket socket, int number, CancellationToken stopping) : IDisposable
{
    private Stream _stream = new NetworkStream(socket, ownsSocket: true);

    /// <summary>Counted from 0 in the order of accepting.</summary>
    public int Number => number;

    public async Task SecureAsync(X509Certificate2 certificate)
    {
        var secured = new SslStream(_stream);
        await secured.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, stopping);
        _stream = secured;
    }

    /// <summary>Reads a request's head; null: the client closed.</summary>
    public async Task<RawRequest?> ReadHeadAsync()
    {
        var head = new List<byte>();
        var one = new byte[1];
        while (!(head.Count >= 4 && head[^4] == '\r' && head[^3] == '\n' && head[^2] == '\r' && head[^1] == '\n'))
        {
            if (await _stream.ReadAsync(one, stopping) == 0)
            {
                return null;
            }

            head.Add(one[0]);
        }

        var lines = Encoding.Latin1.GetString([.. head]).TrimEnd().Split("\r\n");
        var headers = lines[1..].Select(line => line.Split(": ", 2)).ToDictionary(pair => pair[0], pair => pair.Length > 1 ? pair[1] : "", StringComparer.OrdinalIgnoreCase);
        return new RawRequest(lines[0], headers);
    }

    /// <summary>Reads a whole request.</summary>
    public async Task<RawRequest?> ReadAsync()
    {
        if (await ReadHeadAsync() is not { } request)
        {
            return null;
        }

        request.Body = await ReadBytesAsync(request.Length);
        return request;
    }

    public async Task<byte[]> ReadBytesAsync(int count)
    {
        var bytes = new byte[count];
        await _stream.ReadExactlyAsync(bytes, stopping);
        return bytes;
    }

    /// <summary>Waits until the client ends the connection.</summary>
    public async Task ReadToEndAsync() => await _stream.CopyToAsync(Stream.Null, stopping);

    public async Task WriteAsync(string text) => await _stream.WriteAsync(Encoding.UTF8.GetBytes(text), stopping);

    public Task AnswerAsync(int status, string body, string headers = "") =>
        WriteAsync(string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {status} x\r\nContent-Type: application/json\r\n{headers}Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}"));

    /// <summary>Ends the connection with a reset, as a server does that closes while bytes are unread.</summary>
    public void Reset()
    {
        socket.LingerState = new LingerOption(enable: true, seconds: 0);
        socket.Dispose();
    }

    public void Dispose() => _stream.Dispose();
}

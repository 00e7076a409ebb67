using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Sluice.EndToEnd.Running;

namespace Sluice.EndToEnd.Gateway;

/// <summary>Ways in that must be closed, on the published program where a socket matters.</summary>
public sealed class ClosedWaysTests
{
    private static CancellationToken Test => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Headers_that_never_end_are_ended_while_others_are_served()
    {
        await using var place = await Place.OpenAsync();
        using var door = await GatewayDoor.OpenAsync(place);
        List<Socket> slow = [];
        try
        {
            for (var i = 0; i < 50; i++)
            {
                var socket = await ConnectAsync(door.Address);
                await socket.SendAsync(Encoding.ASCII.GetBytes("POST /files HTTP/1.1\r\nHost: 127.0.0.1\r\nX-"), Test);
                slow.Add(socket);
            }

            using var health = await door.Http.GetAsync("/healthz", Test);
            Assert.Equal(HttpStatusCode.OK, health.StatusCode);

            // The server ends them by itself.
            await Bounds.UntilAsync(
                async () =>
                {
                    var ended = 0;
                    foreach (var socket in slow)
                    {
                        ended += await IsOverAsync(socket) ? 1 : 0;
                    }

                    return ended == slow.Count;
                },
                () => "slow headers are ended");
        }
        finally
        {
            slow.ForEach(static s => s.Dispose());
        }
    }

    [Fact]
    public async Task A_body_that_stops_is_ended_and_what_it_brought_counts()
    {
        await using var place = await Place.OpenAsync();
        using var door = await GatewayDoor.OpenAsync(place, "Front:ClientIdle=1s");
        var path = await CreateAsync(door, 20 << 20);
        using var socket = await ConnectAsync(door.Address);
        await socket.SendAsync(Encoding.ASCII.GetBytes($"PATCH {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: 0\r\nContent-Type: application/offset+octet-stream\r\nContent-Length: {20 << 20}\r\n\r\n"), Test);
        await socket.SendAsync(new byte[100_000], Test);

        await Bounds.UntilAsync(() => IsOverAsync(socket), () => "the body is ended");
        Assert.Equal(100_000, await OffsetAsync(door, path));
    }

    [Theory]
    [InlineData("POST /files HTTP/1.1\r\nHost: 127.0.0.1\r\nTus-Resumable: 1.0.0\r\nUpload-Length: -1\r\nUpload-Metadata: filename YS50eHQ=\r\nContent-Length: 0\r\n\r\n", 400)]
    [InlineData("POST /files HTTP/1.1\r\nHost: 127.0.0.1\r\nTus-Resumable: 1.0.0\r\nUpload-Length: 99999999999999999999999\r\nUpload-Metadata: filename YS50eHQ=\r\nContent-Length: 0\r\n\r\n", 400)]
    [InlineData("POST /files HTTP/1.1\r\nHost: 127.0.0.1\r\nTus-Resumable: 1.0.0\r\nUpload-Length: 9223372036854775807\r\nUpload-Metadata: filename YS50eHQ=\r\nContent-Length: 0\r\n\r\n", 413)]
    [InlineData("POST /files HTTP/1.1\r\nHost: 127.0.0.1\r\nTus-Resumable: 1.0.0\r\nUpload-Length: 5368709121\r\nUpload-Metadata: filename YS50eHQ=\r\nContent-Length: 0\r\n\r\n", 413)]
    [InlineData("POST /files HTTP/1.1\r\nHost: elsewhere.example\r\nTus-Resumable: 1.0.0\r\nUpload-Length: 5\r\nUpload-Metadata: filename YS50eHQ=\r\nContent-Length: 0\r\n\r\n", 401)] // a page elsewhere whose name was made to mean this machine
    [InlineData("PUT /files/a.txt HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: -5\r\n\r\n", 400)]
    [InlineData("PUT /files/a.txt HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9223372036854775808\r\n\r\n", 400)]
    [InlineData("PUT /files/a.txt HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello", 400)]
    [InlineData("PUT /files/a.txt HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 411)]
    public async Task Requests_that_lie_are_refused(string request, int status)
    {
        await using var place = await Place.OpenAsync();
        using var door = await GatewayDoor.OpenAsync(place);
        using var socket = await ConnectAsync(door.Address);
        await socket.SendAsync(Encoding.ASCII.GetBytes(request), Test);
        Assert.Equal(status, await StatusAsync(socket));
        Assert.Empty(await place.Notion.UploadsAsync());
    }

    [Fact]
    public async Task A_body_longer_than_the_upload_is_refused_before_it_is_read()
    {
        await using var place = await Place.OpenAsync();
        using var door = await GatewayDoor.OpenAsync(place);
        var path = await CreateAsync(door, 10);
        using var socket = await ConnectAsync(door.Address);
        await socket.SendAsync(Encoding.ASCII.GetBytes($"PATCH {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: 0\r\nContent-Type: application/offset+octet-stream\r\nContent-Length: 11\r\n\r\n"), Test);
        Assert.Equal(413, await StatusAsync(socket));
        Assert.Equal(0, await OffsetAsync(door, path));
    }

    [Fact]
    public async Task What_is_somebody_else_s_is_not_there()
    {
        await using var place = await Place.OpenAsync();
        var ada = (await place.RunAsync("key", "create", "--owner", "ada", "--scope", "upload,read")).Exits(0).Out.Trim();
        var eve = (await place.RunAsync("key", "create", "--owner", "eve", "--scope", "upload,read")).Exits(0).Out.Trim();
        using var door = await GatewayDoor.OpenAsync(place);
        As(ada);
        var path = await CreateAsync(door, 5);
        var id = path.Split('/')[^1];

        As(eve);
        foreach (var (method, where) in new[]
        {
            (HttpMethod.Head, path), (HttpMethod.Patch, path), (HttpMethod.Delete, path), (HttpMethod.Get, $"/api/uploads/{id}"), (HttpMethod.Delete, $"/api/uploads/{id}"), (HttpMethod.Post, $"/api/uploads/{id}/attach"),
            (HttpMethod.Get, $"/api/uploads/{id}0"), (HttpMethod.Head, "/files/00000000000000000000000000000000"),
        })
        {
            using var request = Tus(method, where);
            request.Headers.Add("Upload-Offset", "0");
            if (method == HttpMethod.Patch)
            {
                request.Content = new ByteArrayContent("hello"u8.ToArray());
                request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/offset+octet-stream");
            }
            else if (method == HttpMethod.Post)
            {
                request.Content = new StringContent($$"""{"to":"{{Place.Page}}"}""", Encoding.UTF8, "application/json");
            }

            using var answer = await door.Http.SendAsync(request, Test);
            Assert.True(answer.StatusCode == HttpStatusCode.NotFound, $"{method} {where}: {(int)answer.StatusCode}");
        }

        Assert.DoesNotContain(id, await door.Http.GetStringAsync("/api/uploads", Test), StringComparison.Ordinal);
        Assert.DoesNotContain(id, await FirstEventAsync(door), StringComparison.Ordinal);

        As(ada);
        Assert.Contains(id, await FirstEventAsync(door), StringComparison.Ordinal);
        Assert.Equal(0, await OffsetAsync(door, path));

        void As(string key) => door.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
    }

    /// <summary>What an event stream says first about uploads.</summary>
    private static async Task<string> FirstEventAsync(GatewayDoor door)
    {
        await using var stream = await door.Http.GetStreamAsync("/api/events", Test);
        using var reader = new StreamReader(stream);
        using var limit = new CancellationTokenSource(Bounds.Wait, TimeProvider.System);
        var uploads = false;
        while (await reader.ReadLineAsync(limit.Token) is { } line)
        {
            if (uploads && line.StartsWith("data: ", StringComparison.Ordinal))
            {
                return line;
            }

            uploads = line == "event: uploads";
        }

        throw new InvalidOperationException("The event stream ended without a word about uploads.");
    }

    private static HttpRequestMessage Tus(HttpMethod method, string path)
    {
        var request = new HttpRequestMessage(method, path);
        request.Headers.Add("Tus-Resumable", "1.0.0");
        return request;
    }

    private static async Task<string> CreateAsync(GatewayDoor door, long length)
    {
        using var request = Tus(HttpMethod.Post, "/files");
        request.Headers.Add("Upload-Length", length.ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("Upload-Metadata", $"filename {Convert.ToBase64String("a.txt"u8)}");
        using var answer = await door.Http.SendAsync(request, Test);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        return answer.Headers.Location!.OriginalString;
    }

    private static async Task<long> OffsetAsync(GatewayDoor door, string path)
    {
        using var request = Tus(HttpMethod.Head, path);
        using var answer = await door.Http.SendAsync(request, Test);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return long.Parse(answer.Headers.GetValues("Upload-Offset").Single(), CultureInfo.InvariantCulture);
    }

    private static async Task<Socket> ConnectAsync(Uri address)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(address.Host, address.Port, Test);
        return socket;
    }

    /// <summary>Whether the server has ended the connection.</summary>
    private static async Task<bool> IsOverAsync(Socket socket)
    {
        try
        {
            if (socket.Poll(TimeSpan.Zero, SelectMode.SelectRead))
            {
                var buffer = new byte[4096];
                while (await socket.ReceiveAsync(buffer, Test) > 0)
                {
                }

                return true;
            }

            return false;
        }
        catch (SocketException)
        {
            return true;
        }
    }

    private static async Task<int> StatusAsync(Socket socket)
    {
        var buffer = new byte[12];
        var have = 0;
        using var limit = new CancellationTokenSource(Bounds.Wait, TimeProvider.System);
        while (have < buffer.Length && await socket.ReceiveAsync(buffer.AsMemory(have), limit.Token) is var read and > 0)
        {
            have += read;
        }

        return int.Parse(Encoding.ASCII.GetString(buffer, 9, 3), CultureInfo.InvariantCulture);
    }
}

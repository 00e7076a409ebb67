using System.Net;
using Sluice.Checkpoints;
using Sluice.Errors;
using Xunit;

namespace Sluice.Conformance.Front;

/// <summary>Bodies on the wire: clients that wait, vanish, lie and come twice.</summary>
public sealed class TusBodyTests
{
    private static readonly byte[] File = [.. Enumerable.Range(0, 1000).Select(i => (byte)(i * 7))];

    [Fact]
    public async Task A_client_that_expects_is_refused_before_it_sends_and_asked_for_bytes_only_then()
    {
        await using var world = await FrontWorld.StartAsync();
        var path = await world.CreateAsync(1000);
        await using (var refused = await world.ConnectAsync())
        {
            await refused.SendAsync(Patch(path, 7, 1000) + "Expect: 100-continue\r\n\r\n");
            var answer = await refused.AnswerAsync();
            Assert.Equal(409, answer.Status);
        }

        await using var raw = await world.ConnectAsync();
        await raw.SendAsync(Patch(path, 0, 1000) + "Expect: 100-continue\r\n\r\n");
        Assert.Equal(100, (await raw.AnswerAsync()).Status);
        await raw.SendAsync(File);
        Assert.Equal(204, (await raw.AnswerAsync(hasBody: false)).Status);
        Assert.Equal(File, world.Uploads.Only.Bytes);
    }

    [Fact]
    public async Task A_chunked_body_is_taken_to_its_end()
    {
        await using var world = await FrontWorld.StartAsync();
        var path = await world.CreateAsync(1000);
        await using var raw = await world.ConnectAsync();
        await raw.SendAsync(Patch(path, 0, null) + "\r\n");
        await ChunkAsync(raw, File[..400]);
        await ChunkAsync(raw, File[400..]);
        await raw.SendAsync("0\r\n\r\n");
        var answer = await raw.AnswerAsync(hasBody: false);
        Assert.Equal((204, "1000"), (answer.Status, RawHttp.Header(answer.Head, "Upload-Offset")));
        Assert.Equal(File, world.Uploads.Only.Bytes);
    }

    [Fact]
    public async Task A_chunked_body_past_the_files_end_never_reaches_the_upload_there_and_is_refused()
    {
        await using var world = await FrontWorld.StartAsync();
        world.Uploads.FinishesAtOnce = false;
        var path = await world.CreateAsync(1000);
        await using var raw = await world.ConnectAsync();
        await raw.SendAsync(Patch(path, 0, null) + "\r\n");
        await ChunkAsync(raw, [.. File, 1, 2, 3]);
        var answer = await raw.AnswerAsync();
        Assert.Equal(413, answer.Status);
        Assert.Equal("close", RawHttp.Header(answer.Head, "Connection"));
        Assert.Equal(1000, world.Uploads.Only.Feed.Taken);
    }

    [Fact]
    public async Task A_client_that_vanishes_leaves_what_it_sent()
    {
        await using var world = await FrontWorld.StartAsync();
        var path = await world.CreateAsync(1000);
        var raw = await world.ConnectAsync();
        await raw.SendAsync(Patch(path, 0, 1000) + "\r\n");
        await raw.SendAsync(File[..250]);
        await Eventually.HoldsAsync(() => world.Uploads.Only.Feed.Taken == 250);
        raw.Reset();
        await Eventually.HoldsAsync(() => !world.Uploads.Only.Feed.HasBody);
        using var rest = await world.PatchAsync(path, 250, File[250..]);
        Assert.Equal(HttpStatusCode.NoContent, rest.StatusCode);
        Assert.Equal(File, world.Uploads.Only.Bytes);
    }

    [Theory]
    [InlineData("HEAD")]
    [InlineData("PATCH")]
    public async Task A_newer_request_ends_the_body_that_runs_and_answers_where_it_stopped(string method)
    {
        await using var world = await FrontWorld.StartAsync();
        var path = await world.CreateAsync(1000);
        await using var zombie = await world.ConnectAsync();
        await zombie.SendAsync(Patch(path, 0, 1000) + "\r\n");
        await zombie.SendAsync(File[..250]);
        await Eventually.HoldsAsync(() => world.Uploads.Only.Feed.Taken == 250);
        if (method == "HEAD")
        {
            using var head = await world.TusAsync(HttpMethod.Head, path);
            Assert.Equal("250", TusProtocolTests.Header(head, "Upload-Offset"));
            Assert.False(world.Uploads.Only.Feed.HasBody);
        }

        using var rest = await world.PatchAsync(path, 250, File[250..]);
        Assert.Equal((HttpStatusCode.NoContent, "1000"), (rest.StatusCode, TusProtocolTests.Header(rest, "Upload-Offset")));

        // The zombie is told nothing: before its end there is no 2xx, and its client may go on.
        Assert.Equal(0, (await zombie.AnswerAsync()).Status);
        Assert.Equal(File, world.Uploads.Only.Bytes);
    }

    [Fact]
    public async Task A_body_that_does_not_end_in_time_is_423_to_the_next_request()
    {
        await using var world = await FrontWorld.StartAsync();
        var path = await world.CreateAsync(1000);
        world.Uploads.Only.Stuck = true;
        using var head = await world.TusAsync(HttpMethod.Head, path);
        Assert.Equal((HttpStatusCode)423, head.StatusCode);
        using var patch = await world.PatchAsync(path, 0, File);
        Assert.Equal((HttpStatusCode)423, patch.StatusCode);
        Assert.Equal("locked", await CodeAsync(patch));
    }

    [Fact]
    public async Task Silence_while_we_read_drops_the_connection_after_the_idle_time_and_keeps_the_bytes()
    {
        await using var world = await FrontWorld.StartAsync();
        var path = await world.CreateAsync(1000);
        await using var raw = await world.ConnectAsync();
        await raw.SendAsync(Patch(path, 0, 1000) + "\r\n");
        await raw.SendAsync(File[..100]);
        await Eventually.HoldsAsync(() => world.Uploads.Only.Feed.Taken == 100);
        await Eventually.HoldsAsync(() => !world.Uploads.Only.Feed.HasBody, world.Time);
        Assert.Equal(0, (await raw.AnswerAsync()).Status);
        Assert.Equal(100, world.Uploads.Only.Feed.Taken);
    }

    [Fact]
    public async Task A_body_that_is_held_back_has_no_time_limit_and_its_offset_advances()
    {
        await using var world = await FrontWorld.StartAsync();
        world.Uploads.HoldsBack = true;
        world.Uploads.HasDisk = true;
        var bytes = new byte[10_000];
        var path = await world.CreateAsync(bytes.Length);
        var upload = world.Uploads.Only;
        var patch = world.PatchAsync(path, 0, bytes);
        for (var windows = 1; windows <= 3; windows++)
        {
            await Eventually.HoldsAsync(() => upload.Feed.Taken >= windows * 1000, world.Time);
        }

        Assert.False(patch.IsCompleted);
        upload.Go();
        using var answer = await patch;
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Equal(bytes, upload.Bytes);
    }

    [Fact]
    public async Task A_step_back_drops_the_connection_and_head_tells_the_lower_offset()
    {
        await using var world = await FrontWorld.StartAsync();
        var path = await world.CreateAsync(1000);
        await using var raw = await world.ConnectAsync();
        await raw.SendAsync(Patch(path, 0, 1000) + "\r\n");
        await raw.SendAsync(File[..300]);
        await Eventually.HoldsAsync(() => world.Uploads.Only.Feed.Taken == 300);
        world.Uploads.Only.Rewind();
        Assert.Equal(0, (await raw.AnswerAsync()).Status);
        using var head = await world.TusAsync(HttpMethod.Head, path);
        Assert.Equal((HttpStatusCode.OK, "0"), (head.StatusCode, TusProtocolTests.Header(head, "Upload-Offset")));
    }

    [Theory]
    [InlineData("too_large", 413)]
    [InlineData("source_changed", 410)]
    [InlineData("notion_refused", 410)]
    public async Task An_upload_that_fails_for_good_in_mid_body_tells_the_reason_and_closes(string code, int status)
    {
        await using var world = await FrontWorld.StartAsync();
        var path = await world.CreateAsync(1000);
        await using var raw = await world.ConnectAsync();
        await raw.SendAsync(Patch(path, 0, 1000) + "\r\n");
        await raw.SendAsync(File[..300]);
        await Eventually.HoldsAsync(() => world.Uploads.Only.Feed.Taken == 300);
        await world.Uploads.Only.FailAsync(ErrorCodes.Find(code)!);
        var answer = await raw.AnswerAsync();
        Assert.Equal(status, answer.Status);
        Assert.Equal("close", RawHttp.Header(answer.Head, "Connection"));
        Assert.Contains($"\"code\":\"{code}\"", answer.Body, StringComparison.Ordinal);
        using var head = await world.TusAsync(HttpMethod.Head, path);
        Assert.Equal(HttpStatusCode.Gone, head.StatusCode);
    }

    [Fact]
    public async Task The_store_down_drops_head_and_answers_patch_503()
    {
        await using var world = await FrontWorld.StartAsync();
        var path = await world.CreateAsync(1000);
        world.Uploads.StoreDown = true;
        await using (var raw = await world.ConnectAsync())
        {
            await raw.SendAsync($"HEAD {path} HTTP/1.1\r\nHost: {world.Address.Authority}\r\nTus-Resumable: 1.0.0\r\n\r\n");
            Assert.Equal(0, (await raw.AnswerAsync(hasBody: false)).Status);
        }

        using var patch = await world.PatchAsync(path, 0, File);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, patch.StatusCode);
        world.Uploads.StoreDown = false;
        using var head = await world.TusAsync(HttpMethod.Head, path);
        Assert.Equal(HttpStatusCode.OK, head.StatusCode);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_creation_with_bytes_whose_201_was_never_written_is_removed(bool vanishes)
    {
        await using var world = await FrontWorld.StartAsync();
        var raw = await world.ConnectAsync();
        await raw.SendAsync($"POST /files HTTP/1.1\r\nHost: {world.Address.Authority}\r\nTus-Resumable: 1.0.0\r\nUpload-Length: 1000\r\nUpload-Metadata: filename YS56aXA=\r\nContent-Type: application/offset+octet-stream\r\nContent-Length: 500\r\n\r\n");
        await raw.SendAsync(File[..200]);
        await Eventually.HoldsAsync(() => world.Uploads.All is [{ Feed.Taken: 200 }]);
        if (vanishes)
        {
            raw.Reset();
        }

        await Eventually.HoldsAsync(() => world.Uploads.Only.Record.State == UploadState.Cancelled, world.Time);
        await raw.DisposeAsync();
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: x\r\nX-A: ")]
    [InlineData("POST /files HTTP/1.1\r\nHost: x\r\nUpload-Metadata: ")]
    public async Task Headers_without_end_are_refused_by_their_size(string start)
    {
        await using var world = await FrontWorld.StartAsync();
        await using var raw = await world.ConnectAsync();
        await raw.SendAsync(start + new string('a', 40 << 10));
        Assert.Equal(431, (await raw.AnswerAsync()).Status);
    }

    [Fact]
    public async Task Headers_that_do_not_come_end_the_connection()
    {
        await using var world = await FrontWorld.StartAsync(kestrelLimits: kestrel =>
        {
            Assert.Equal(TimeSpan.FromSeconds(15), kestrel.Limits.RequestHeadersTimeout);
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(1);
        });
        await using var raw = await world.ConnectAsync();
        await raw.SendAsync("POST /files HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ");
        Assert.Equal(408, (await raw.AnswerAsync()).Status);
        Assert.True(await raw.EndsAsync());
    }

    [Fact]
    public async Task The_server_keeps_little_for_itself_and_bounds_connections()
    {
        await using var world = await FrontWorld.StartAsync(options => options.Front.MaxConnections = 77, kestrelLimits: kestrel =>
        {
            Assert.Equal((16 << 10, 77, 16 << 10), (kestrel.Limits.MaxRequestBufferSize, kestrel.Limits.MaxConcurrentConnections, kestrel.Limits.MaxRequestHeadersTotalSize));
            Assert.False(kestrel.AddServerHeader);
        });
        using var alive = await world.SendAsync(HttpMethod.Get, "/healthz");
        Assert.Equal(HttpStatusCode.OK, alive.StatusCode);
    }

    [Fact]
    public async Task Large_receive_blocks_all_come_back()
    {
        await using var world = await FrontWorld.StartAsync();
        var bytes = new byte[8 << 20];
        new Random(3).NextBytes(bytes);
        var path = await world.CreateAsync(bytes.Length);
        using var answer = await world.PatchAsync(path, 0, bytes);
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Equal(bytes, world.Uploads.Only.Bytes);
        world.Client.Dispose();
        var pool = world.Service<AspNetCore.Hosting.BlockPoolFactory>().Pool;
        await Eventually.HoldsAsync(() => pool.RentedBytes == 0);
        Assert.InRange(pool.IdleBytes, 1, 2 << 20);
    }

    private static async Task ChunkAsync(RawHttp raw, byte[] bytes)
    {
        await raw.SendAsync($"{bytes.Length:x}\r\n");
        await raw.SendAsync([.. bytes, .. "\r\n"u8]);
    }

    private static string Patch(string path, long offset, int? length) =>
        $"PATCH {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nTus-Resumable: 1.0.0\r\nContent-Type: application/offset+octet-stream\r\nUpload-Offset: {offset}\r\n"
        + (length is null ? "Transfer-Encoding: chunked\r\n" : $"Content-Length: {length}\r\n");

    private static async Task<string> CodeAsync(HttpResponseMessage answer)
    {
        using var document = System.Text.Json.JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return document.RootElement.GetProperty("code").GetString()!;
    }
}

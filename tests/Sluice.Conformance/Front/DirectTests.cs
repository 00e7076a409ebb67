using System.Net;
using System.Text;
using System.Text.Json;
using Sluice.Checkpoints;
using Sluice.Errors;
using Xunit;

namespace Sluice.Conformance.Front;

/// <summary>PUT and forms: uploads by clients that cannot resume.</summary>
public sealed class DirectTests
{
    private static readonly byte[] File = [.. Enumerable.Range(0, 200_000).Select(i => (byte)(i * 7))];

    private static CancellationToken Test => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Put_takes_the_file_and_is_201_with_its_document_when_done()
    {
        await using var world = await FrontWorld.StartAsync();
        using var answer = await world.SendAsync(HttpMethod.Put, "/files/%C3%A4%20100%2525%2F.zip?target=none&caption=hi", null, new ByteArrayContent(File));
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        var request = world.Uploads.Requests.Single();
        Assert.Equal(("ä 100%25_.zip", File.Length, "none", "hi"), (request.Name, request.Length, request.To, request.Caption));
        Assert.Equal(File, world.Uploads.Only.Bytes);
        Assert.Equal($"/api/uploads/{world.Uploads.Only.Record.Id}", answer.Headers.Location!.OriginalString);
        using var document = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Test));
        Assert.Equal(("done", File.Length), (document.RootElement.GetProperty("state").GetString(), document.RootElement.GetProperty("offset").GetInt32()));
        using var state = await world.SendAsync(HttpMethod.Get, answer.Headers.Location!.OriginalString);
        Assert.Equal(HttpStatusCode.OK, state.StatusCode);
    }

    [Fact]
    public async Task Put_is_202_with_the_url_where_finishing_goes_on()
    {
        await using var world = await FrontWorld.StartAsync();
        world.Uploads.FinishesAtOnce = false;
        var put = world.SendAsync(HttpMethod.Put, "/files/a.zip", null, new ByteArrayContent(File));
        await Eventually.HoldsAsync(() => world.Uploads.All.Count == 1);
        await world.Uploads.Only.Waited;
        world.Time.Advance(TimeSpan.FromSeconds(25));
        using var answer = await put;
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        Assert.False(world.Uploads.Only.IsOver);
        Assert.NotNull(answer.Headers.Location);
    }

    [Fact]
    public async Task Put_without_a_length_is_411_and_a_refused_one_is_not_read()
    {
        await using var world = await FrontWorld.StartAsync();
        await using (var raw = await world.ConnectAsync())
        {
            await raw.SendAsync("PUT /files/a.zip HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n");
            Assert.Equal(411, (await raw.AnswerAsync()).Status);
        }

        world.Uploads.Refusal = new SluiceError(ErrorCodes.Busy, "Full.") { RetryAfter = TimeSpan.FromSeconds(3) };
        await using var refused = await world.ConnectAsync();
        await refused.SendAsync("PUT /files/a.zip HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000000\r\nExpect: 100-continue\r\n\r\n");
        var answer = await refused.AnswerAsync();
        Assert.Equal((503, "3"), (answer.Status, RawHttp.Header(answer.Head, "Retry-After")));
        Assert.Empty(world.Uploads.All);
    }

    [Theory]
    [InlineData("/files/a/b.zip", 405)]
    [InlineData("/files/", 405)]
    [InlineData("/files/%20", 400)]
    public async Task Put_needs_a_name_and_no_folders(string path, int status)
    {
        await using var world = await FrontWorld.StartAsync();
        using var answer = await world.SendAsync(HttpMethod.Put, path, null, new ByteArrayContent(File));
        Assert.Equal(status, (int)answer.StatusCode);
        using var empty = await world.SendAsync(HttpMethod.Put, "/files/a.zip", null, new ByteArrayContent([]));
        Assert.Equal(422, (int)empty.StatusCode);
    }

    [Fact]
    public async Task Put_whose_client_vanishes_is_given_up_and_one_that_must_begin_anew_is_told_so()
    {
        await using var world = await FrontWorld.StartAsync();
        var raw = await world.ConnectAsync();
        await raw.SendAsync("PUT /files/a.zip HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\nabc");
        await Eventually.HoldsAsync(() => world.Uploads.All is [{ Feed.Taken: 3 }]);
        raw.Reset();
        await Eventually.HoldsAsync(() => world.Uploads.Only.Record.State == UploadState.Cancelled);

        await using var other = await world.ConnectAsync();
        await other.SendAsync("PUT /files/b.zip HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\nabc");
        await Eventually.HoldsAsync(() => world.Uploads.All is [_, { Feed.Taken: 3 }]);
        world.Uploads.All[1].Rewind();
        var answer = await other.AnswerAsync();
        Assert.Equal((503, "close"), (answer.Status, RawHttp.Header(answer.Head, "Connection")));
        Assert.NotNull(RawHttp.Header(answer.Head, "Location"));
        Assert.Equal(UploadState.Cancelled, world.Uploads.All[1].Record.State);
    }

    [Fact]
    public async Task A_form_streams_its_file_with_the_fields_before_it()
    {
        await using var world = await FrontWorld.StartAsync();
        using var form = new MultipartFormDataContent { { new StringContent("none"), "target" }, { new StringContent("hi"), "caption" }, { new ByteArrayContent(File), "file", "a.zip" } };
        using var answer = await world.SendAsync(HttpMethod.Post, "/files/form", null, form);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        var request = world.Uploads.Requests.Single();
        Assert.Equal(("a.zip", File.Length, "none", "hi"), (request.Name, request.Length, request.To, request.Caption));
        Assert.Equal(File, world.Uploads.Only.Bytes);
    }

    [Fact]
    public async Task A_form_may_say_the_files_length_itself_and_have_none_of_its_own()
    {
        await using var world = await FrontWorld.StartAsync();
        await using var raw = await world.ConnectAsync();
        const string body = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.zip\"\r\nContent-Length: 5\r\n\r\nhello\r\n--b--\r\n";
        await raw.SendAsync($"POST /files/form HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: multipart/form-data; boundary=b\r\nTransfer-Encoding: chunked\r\n\r\n{body.Length:x}\r\n{body}\r\n0\r\n\r\n");
        Assert.Equal(201, (await raw.AnswerAsync()).Status);
        Assert.Equal("hello"u8.ToArray(), world.Uploads.Only.Bytes);
    }

    [Theory]
    [InlineData("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.zip\"\r\n\r\nhello\r\n--b\r\nContent-Disposition: form-data; name=\"more\"\r\n\r\nx\r\n--b--\r\n", 400, 1)]
    [InlineData("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.zip\"\r\n\r\nhello\r\n--b--", 400, 1)]
    [InlineData("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.zip\"\r\nContent-Length: 4\r\n\r\nhello\r\n--b--\r\n", 400, 1)]
    [InlineData("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.zip\"\r\nContent-Length: 6\r\n\r\nhello\r\n--b--\r\n", 400, 1)]
    [InlineData("--b\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\nhello\r\n--b--\r\n", 400, 0)]
    [InlineData("--b\r\nContent-Disposition: attachment\r\n\r\nhello\r\n--b--\r\n", 400, 0)]
    [InlineData("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.zip\"\r\n\r\n\r\n--b--\r\n", 422, 0)]
    [InlineData("rubbish", 400, 0)]
    public async Task A_form_that_is_not_one_file_at_its_end_never_becomes_a_file(string body, int status, int made)
    {
        await using var world = await FrontWorld.StartAsync();
        await using var raw = await world.ConnectAsync();
        await raw.SendAsync($"POST /files/form HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: {body.Length}\r\n\r\n{body}");
        Assert.Equal(status, (await raw.AnswerAsync()).Status);
        Assert.Equal(made, world.Uploads.All.Count);
        Assert.All(world.Uploads.All, upload => Assert.Equal(UploadState.Cancelled, upload.Record.State));
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("multipart/form-data")]
    [InlineData("multipart/mixed; boundary=b")]
    public async Task What_is_no_form_is_415(string type)
    {
        await using var world = await FrontWorld.StartAsync();
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes("{}"));
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        using var answer = await world.SendAsync(HttpMethod.Post, "/files/form", null, content);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, answer.StatusCode);
    }

    [Fact]
    public async Task A_form_without_any_length_is_411()
    {
        await using var world = await FrontWorld.StartAsync();
        await using var raw = await world.ConnectAsync();
        const string body = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.zip\"\r\n\r\nhello\r\n--b--\r\n";
        await raw.SendAsync($"POST /files/form HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: multipart/form-data; boundary=b\r\nTransfer-Encoding: chunked\r\n\r\n{body.Length:x}\r\n{body}\r\n0\r\n\r\n");
        var answer = await raw.AnswerAsync();
        Assert.Equal(411, answer.Status);
        Assert.Contains("length_required", answer.Body, StringComparison.Ordinal);
    }
}

using System.Net;
using System.Text;
using Sluice.Errors;
using Sluice.Notion;
using Sluice.Parts;
using Xunit;

namespace Sluice.Tests.Notion;

public sealed class NotionHttpApiTests : IDisposable
{
    private const string Upload = """{"object":"file_upload","id":"u-1","status":"pending","expiry_time":"2026-11-24T13:00:00.000Z","filename":"a.mp4","content_type":"video/mp4","content_length":null,"number_of_parts":{"total":3,"sent":0}}""";

    private readonly FakeNotion _notion = new();
    private readonly TestAttempt _attempt = new();

    public void Dispose()
    {
        _notion.Api.Dispose();
        _notion.Dispose();
        _attempt.Dispose();
    }

    [Fact]
    public async Task Every_request_names_token_version_and_HTTP_1_1()
    {
        _notion.Answer("""{"id":"bot-1","name":"B","bot":{}}""");
        var result = await _notion.Api.UsersMeAsync(_attempt);

        Assert.Equal("bot-1", result.Value?.Id);
        Assert.Null(result.Value?.MaxFileUploadSize);
        var request = Assert.Single(_notion.Requests);
        Assert.Equal("GET /v1/users/me", $"{request.Method} {request.Path}");
        Assert.Equal("Bearer " + FakeNotion.Secret, request.Headers["Authorization"]);
        Assert.Equal("2026-03-11", request.Headers["Notion-Version"]);
        Assert.StartsWith("sluice/", request.Headers["User-Agent"], StringComparison.Ordinal);
        Assert.Equal(HttpVersion.Version11, request.Version);
        Assert.Equal(["sent", "response"], _attempt.Steps);
    }

    [Fact]
    public async Task Create_says_what_a_multi_part_upload_needs_and_no_more()
    {
        _notion.Answer(Upload).Answer(Upload);
        var created = await _notion.Api.CreateAsync(new("fünf.mp4", "video/mp4", PartMode.Multi, 3), _attempt);
        Assert.True(created.IsSuccess);
        Assert.Equal(3, created.Value!.PartsTotal);
        await _notion.Api.CreateAsync(new("a.mkv", null, PartMode.Single, 1), _attempt);

        Assert.Equal("""{"mode":"multi_part","filename":"f\u00FCnf.mp4","content_type":"video/mp4","number_of_parts":3}""", _notion.Requests[0].Text);
        Assert.Equal("""{"mode":"single_part","filename":"a.mkv"}""", _notion.Requests[1].Text);
        Assert.Equal("application/json", _notion.Requests[0].ContentType);
        Assert.Equal("/v1/file_uploads", _notion.Requests[0].Path);
    }

    [Fact]
    public async Task A_part_goes_out_as_announced_and_is_reported()
    {
        var bytes = Enumerable.Range(0, 5000).Select(i => (byte)i).ToArray();
        _notion.Answer(Upload);
        var result = await _notion.Api.SendAsync(new("u-1", 2, "video/mp4", new TestBody(bytes)) { FileName = "a.mp4" }, _attempt);

        Assert.True(result.IsSuccess);
        var request = Assert.Single(_notion.Requests);
        var boundary = request.ContentType!["multipart/form-data; boundary=".Length..];
        Assert.Equal(request.Body.Length, request.ContentLength);
        byte[] expected = [.. MultipartForm.Head(boundary, "a.mp4", "video/mp4"), .. bytes, .. MultipartForm.Tail(boundary, 2)];
        Assert.Equal(expected, request.Body);
        Assert.Equal("POST /v1/file_uploads/u-1/send", $"{request.Method} {request.Path}");
        Assert.Equal(["sent", "response"], _attempt.Steps);
        Assert.Equal(request.Body.Length + Upload.Length, _attempt.Moved);
    }

    [Fact]
    public async Task Complete_has_an_empty_body_without_a_type()
    {
        _notion.Answer(Upload);
        await _notion.Api.CompleteAsync("u-1", _attempt);
        var request = Assert.Single(_notion.Requests);
        Assert.Equal("POST /v1/file_uploads/u-1/complete", $"{request.Method} {request.Path}");
        Assert.Equal(0, request.ContentLength);
        Assert.Null(request.ContentType);
    }

    [Fact]
    public async Task Paths_escape_what_they_are_given()
    {
        _notion.Answer(Upload).Answer("""{"results":[],"next_cursor":null}""");
        await _notion.Api.RetrieveAsync("a/../b?c#d", _attempt);
        await _notion.Api.ListAsync("pending", "c&d", 50, _attempt);
        Assert.Equal("/v1/file_uploads/a%2F..%2Fb%3Fc%23d", _notion.Requests[0].Path);
        Assert.Equal("/v1/file_uploads?page_size=50&status=pending&start_cursor=c%26d", _notion.Requests[1].Path);
    }

    [Fact]
    public async Task Appending_names_the_kind_and_gives_the_new_block()
    {
        _notion.Answer("""{"results":[{"id":"b-1","type":"video","video":{"type":"file","file":{"url":"https://s3.test/x?sig=1"}}}]}""").Answer("""{"results":[{"id":"b-2","type":"file","file":{"name":"n"}}]}""");
        var video = await _notion.Api.AppendBlockAsync(new("p-1", "video", "u-1", "ignored.mp4", "Der Film"), _attempt);
        await _notion.Api.AppendBlockAsync(new("p-1", "file", "u-2", "n.zip", null), _attempt);

        Assert.Equal(new NotionBlock("b-1", "video", null, "https://s3.test/x?sig=1"), video.Value);
        Assert.Equal("PATCH /v1/blocks/p-1/children", $"{_notion.Requests[0].Method} {_notion.Requests[0].Path}");
        Assert.Equal(
            """{"children":[{"type":"video","video":{"type":"file_upload","file_upload":{"id":"u-1"},"caption":[{"type":"text","text":{"content":"Der Film"}}]}}]}""",
            _notion.Requests[0].Text);
        Assert.Equal("""{"children":[{"type":"file","file":{"type":"file_upload","file_upload":{"id":"u-2"},"name":"n.zip"}}]}""", _notion.Requests[1].Text);
    }

    [Fact]
    public async Task A_files_property_keeps_what_it_holds()
    {
        _notion.Answer("""{"id":"p-1","properties":{}}""");
        NotionFile[] keep = [new("a.pdf", "file", "https://s3.test/a"), new("w", "external", "https://w.test/b")];
        await _notion.Api.UpdateFilesAsync(new("p-1", "Files", keep, "u-9", "c.bin"), _attempt);
        Assert.Equal(
            """{"properties":{"Files":{"files":[{"name":"a.pdf","type":"file","file":{"url":"https://s3.test/a"}},{"name":"w","type":"external","external":{"url":"https://w.test/b"}},{"name":"c.bin","type":"file_upload","file_upload":{"id":"u-9"}}]}}}""",
            _notion.Requests[0].Text);
    }

    [Fact]
    public async Task A_files_property_with_an_entry_we_cannot_keep_is_left_alone()
    {
        var result = await _notion.Api.UpdateFilesAsync(new("p-1", "Files", [new("x", "hologram", "")], "u-9", null), _attempt);
        Assert.Equal(FailureClass.Permanent, result.Failure?.Class);
        Assert.Empty(_notion.Requests);
    }

    [Fact]
    public async Task Rows_are_made_and_found_by_title()
    {
        const string Page = """{"id":"r-1","url":"https://app.notion.com/p/r1","properties":{"Files":{"id":"%3Ab","type":"files","files":[{"name":"n","type":"file","file":{"url":"https://s3.test/n"}}]}}}""";
        _notion.Answer(Page).Answer($$"""{"results":[{{Page}}],"next_cursor":null}""");
        var row = await _notion.Api.CreateRowAsync(new("d-1", "Name", "Titel", "Files", "u-1", "n.zip"), _attempt);
        var found = await _notion.Api.QueryByTitleAsync("d-1", "Name", "Titel", _attempt);

        Assert.Equal("https://s3.test/n", row.Value?.Properties["Files"].Files[0].Url);
        Assert.Equal("r-1", Assert.Single(found.Value!.Results).Id);
        Assert.Equal(
            """{"parent":{"type":"data_source_id","data_source_id":"d-1"},"properties":{"Name":{"title":[{"type":"text","text":{"content":"Titel"}}]},"Files":{"files":[{"name":"n.zip","type":"file_upload","file_upload":{"id":"u-1"}}]}}}""",
            _notion.Requests[0].Text);
        Assert.Equal(
            """{"filter":{"property":"Name","title":{"equals":"Titel"}},"sorts":[{"timestamp":"created_time","direction":"descending"}],"page_size":100}""",
            _notion.Requests[1].Text);
        Assert.Equal("POST /v1/data_sources/d-1/query", $"{_notion.Requests[1].Method} {_notion.Requests[1].Path}");
    }

    [Fact]
    public async Task A_long_caption_is_cut_into_pieces_Notion_takes_and_no_character_is_split()
    {
        _notion.Answer("""{"results":[{"id":"b"}]}""");
        var caption = new string('a', 1999) + "😀" + new string('b', 10);
        await _notion.Api.AppendBlockAsync(new("p", "file", "u", null, caption), _attempt);
        using var json = System.Text.Json.JsonDocument.Parse(_notion.Requests[0].Body);
        var pieces = json.RootElement.GetProperty("children")[0].GetProperty("file").GetProperty("caption").EnumerateArray()
            .Select(piece => piece.GetProperty("text").GetProperty("content").GetString()!).ToList();
        Assert.Equal([1999, 12], pieces.Select(piece => piece.Length));
        Assert.Equal(caption, string.Concat(pieces));
    }

    [Fact]
    public async Task A_changed_source_is_a_permanent_failure_of_that_name()
    {
        var body = new TestBody(new byte[5000])
        {
            BeforePiece = (at, _) => at < 3000 ? default : throw new SluiceException(ErrorCodes.SourceChanged, "The file changed."),
        };
        _notion.Answer(Upload);
        var result = await _notion.Api.SendAsync(new("u-1", 1, null, body), _attempt);
        Assert.Equal(FailureClass.Permanent, result.Failure?.Class);
        Assert.Same(ErrorCodes.SourceChanged, result.Failure?.Error.Code);
        Assert.False(body.Reading);
    }

    [Fact]
    public async Task An_unreadable_source_is_source_missing_and_a_bug_stays_a_bug()
    {
        _notion.Answer(Upload).Answer(Upload).Answer(Upload);
        var unreadable = new TestBody(new byte[10]) { BeforePiece = (_, _) => throw new IOException("/home/me/private.mp4 is gone") };
        var result = await _notion.Api.SendAsync(new("u-1", 1, null, unreadable), _attempt);
        Assert.Same(ErrorCodes.SourceMissing, result.Failure?.Error.Code);

        var buggy = new TestBody(new byte[10]) { BeforePiece = (_, _) => throw new ArithmeticException() };
        await Assert.ThrowsAsync<ArithmeticException>(() => _notion.Api.SendAsync(new("u-1", 1, null, buggy), _attempt));
        await Assert.ThrowsAsync<InvalidOperationException>(() => _notion.Api.SendAsync(new("u-1", 1, null, new WrongLengthBody(9)), _attempt));
    }

    [Theory]
    [InlineData("timeout_response", "Send", "Transient")]
    [InlineData("timeout_total", "Retrieve", "Transient")]
    [InlineData("timeout_read", "Append", "Ambiguous")]
    public async Task A_time_limit_is_a_failure_with_its_name(string limit, string call, string expected)
    {
        var code = ErrorCodes.Find(limit)!;
        _notion.Answer(async (_, cancellationToken) =>
        {
            _attempt.Expire(code);
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            throw new InvalidOperationException();
        });
        var failure = call switch
        {
            "Send" => (await _notion.Api.SendAsync(new("u", 1, null, new TestBody(new byte[10])), _attempt)).Failure,
            "Retrieve" => (await _notion.Api.RetrieveAsync("u", _attempt)).Failure,
            _ => (await _notion.Api.AppendBlockAsync(new("p", "file", "u", null, null), _attempt)).Failure,
        };
        Assert.Same(code, failure?.Error.Code);
        Assert.True(failure!.TimedOut);
        Assert.Equal(expected, failure.Class.ToString());
    }

    [Fact]
    public async Task Our_own_end_is_a_cancellation_and_comes_after_the_bodys_end()
    {
        var body = new TestBody(new byte[5000]) { BeforePiece = (at, cancellationToken) => at < 2000 ? default : Cancelled(cancellationToken) };
        _notion.Answer(Upload);
        var cancelled = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _notion.Api.SendAsync(new("u", 1, null, body), _attempt));
        Assert.Equal(_attempt.Token, cancelled.CancellationToken);
        Assert.False(body.Reading);

        async ValueTask Cancelled(CancellationToken cancellationToken)
        {
            _attempt.Cancel();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_handler_that_answers_while_it_still_reads_is_waited_for(bool throws)
    {
        var hold = new TaskCompletionSource();
        var body = new TestBody(new byte[5000]) { BeforePiece = (at, _) => at < 2000 ? default : new ValueTask(hold.Task) };
        using var handler = new EarlyHandler(throws);
        using var api = new NotionHttpApi(new NotionOptions { Url = "http://notion.test" }, new ConnectionOptions(), NotionToken.Parse("t"), TimeProvider.System, handler);

        var call = api.SendAsync(new("u", 1, null, body), _attempt);
        await handler.Done.Task;
        Assert.False(call.IsCompleted);
        Assert.True(body.Reading);

        hold.SetResult();
        var result = await call;
        body.GiveBack();
        Assert.False(body.Reading);
        Assert.False(body.ReadTooLate);
        Assert.Equal(throws ? FailureClass.Unknown : FailureClass.ToldToWait, result.Failure?.Class);

        // The call is over: whoever comes back for the body gets nothing.
        await Assert.ThrowsAsync<ObjectDisposedException>(() => handler.Content!.CopyToAsync(Stream.Null, TestContext.Current.CancellationToken));
        Assert.Equal(1, body.Reads);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{\"object\":\"file_upload\"}")]
    [InlineData("<html>")]
    [InlineData("{\"id\":\"u-1\"")]
    public async Task A_success_that_cannot_be_read_is_tried_again_but_never_an_attach(string body)
    {
        _notion.Answer(body).Answer(body);
        Assert.Equal(FailureClass.Transient, (await _notion.Api.RetrieveAsync("u", _attempt)).Failure?.Class);
        Assert.Equal(FailureClass.Ambiguous, (await _notion.Api.CreateRowAsync(new("d", "t", "x", "f", "u", null), _attempt)).Failure?.Class);
    }

    [Theory]
    [InlineData(HttpRequestError.NameResolutionError, false, "Transient")]
    [InlineData(HttpRequestError.ConnectionError, false, "Transient")]
    [InlineData(HttpRequestError.ResponseEnded, true, "Ambiguous")]
    public async Task An_attach_is_ambiguous_only_once_its_request_may_have_left(HttpRequestError error, bool readBody, string expected)
    {
        using var handler = new ThrowingHandler(error, readBody);
        using var api = new NotionHttpApi(new NotionOptions { Url = "http://notion.test" }, new ConnectionOptions(), NotionToken.Parse("t"), TimeProvider.System, handler);
        var result = await api.AppendBlockAsync(new("p", "file", "u", null, null), _attempt);
        Assert.Equal(expected, result.Failure?.Class.ToString());
        Assert.DoesNotContain("secret-host", result.Failure!.Error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_sends_that_broke_in_a_row_make_the_next_ask_first()
    {
        for (var i = 0; i < 2; i++)
        {
            _notion.Answer((_, _) => throw new HttpRequestException("gone", new IOException("pipe")));
            var broken = await _notion.Api.SendAsync(new("u", 1, null, new TestBody(new byte[10])), _attempt);
            Assert.Equal(FailureClass.Unknown, broken.Failure?.Class);
            Assert.False(_notion.Requests[^1].Headers.ContainsKey("Expect"));
        }

        _notion.Answer(Upload).Answer(Upload).Answer(Upload);
        await _notion.Api.SendAsync(new("u", 1, null, new TestBody(new byte[10])), _attempt);
        Assert.Equal("100-continue", _notion.Requests[^1].Headers["Expect"]);
        await _notion.Api.RetrieveAsync("u", _attempt);
        Assert.False(_notion.Requests[^1].Headers.ContainsKey("Expect"));
        _notion.Time.Advance(TimeSpan.FromMinutes(10));
        await _notion.Api.SendAsync(new("u", 1, null, new TestBody(new byte[10])), _attempt);
        Assert.False(_notion.Requests[^1].Headers.ContainsKey("Expect"));
    }

    [Fact]
    public async Task A_huge_error_page_is_read_only_so_far()
    {
        using var endless = new EndlessStream();
        _notion.Answer((_, _) => Task.FromResult(new HttpResponseMessage(HttpStatusCode.BadGateway) { Content = new StreamContent(endless) }));
        var result = await _notion.Api.RetrieveAsync("u", _attempt);
        Assert.Equal(FailureClass.Transient, result.Failure?.Class);
        Assert.InRange(endless.Given, 1, 64 << 10);
    }

    [Fact]
    public async Task The_token_is_in_no_failure_whatever_comes_back()
    {
        _notion.Answer($$"""{"code":"validation_error","message":"you sent {{FakeNotion.Secret}} to us"}""", 400)
            .Answer((_, _) => throw new HttpRequestException("Bearer " + FakeNotion.Secret));
        foreach (var result in new NotionResult[] { await _notion.Api.RetrieveAsync("u", _attempt), await _notion.Api.RetrieveAsync("u", _attempt) })
        {
            Assert.DoesNotContain(FakeNotion.Secret, result.ToString(), StringComparison.Ordinal);
            Assert.DoesNotContain(FakeNotion.Secret, result.Failure!.Error.Message, StringComparison.Ordinal);
        }
    }

    private sealed class WrongLengthBody(int written) : IPartBody
    {
        public long Length => 10;

        public ValueTask WriteToAsync(Stream destination, CancellationToken cancellationToken) => destination.WriteAsync(new byte[written], cancellationToken);
    }

    /// <summary>Ends its call while it goes on reading the body, as sockets do.</summary>
    private sealed class EarlyHandler(bool throws) : HttpMessageHandler
    {
        public TaskCompletionSource Done { get; } = new();

        public HttpContent? Content { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Content = request.Content;
            _ = Content!.CopyToAsync(Stream.Null, CancellationToken.None);
            Done.SetResult();
            return throws ? throw new HttpRequestException("broken", new IOException()) : Task.FromResult(FakeNotion.Json("{}", 429));
        }
    }

    private sealed class ThrowingHandler(HttpRequestError error, bool readBody) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (readBody)
            {
                await request.Content!.CopyToAsync(Stream.Null, cancellationToken);
            }

            throw new HttpRequestException(error, "secret-host:443");
        }
    }

    private sealed class EndlessStream : Stream
    {
        public int Given { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => Given; set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            Encoding.ASCII.GetBytes("x").CopyTo(buffer, offset);
            Given += count;
            return count;
        }

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}

using System.Net;
using System.Net.Http.Headers;
using Sluice.Errors;
using Sluice.Notion;
using Sluice.Resilience;
using Xunit;

namespace Sluice.Tests.Notion;

public sealed class NotionFileReaderTests : IDisposable
{
    private static readonly byte[] Stored = [.. Enumerable.Range(0, 200_000).Select(i => (byte)(i * 7))];

    private readonly Server _server = new();
    private readonly NotionFileReader _reader;
    private int _located;

    public NotionFileReaderTests() =>
        _reader = new NotionFileReader(new ConnectionOptions(), new TimeoutOptions(), new RetryOptions { InitialDelay = TimeSpan.Zero, MaxAttempts = 3 }, TimeProvider.System, clearText: false, _server);

    public void Dispose()
    {
        _reader.Dispose();
        _server.Dispose();
    }

    [Fact]
    public async Task A_file_is_read_in_one_go_without_the_token()
    {
        _server.Then(Whole());
        var (bytes, error) = await Copy();
        Assert.Null(error);
        Assert.Equal(Stored, bytes);
        Assert.Equal(["https://files.test/1 range= auth="], _server.Asked);
    }

    [Fact]
    public async Task A_read_that_broke_goes_on_where_it_was_with_a_fresh_address()
    {
        _server.Then(Whole(cutAt: 70_000)).Then(Status(403)).Then(Part(70_000, cutAt: 50_000)).Then(Part(120_000));
        var (bytes, error) = await Copy();
        Assert.Null(error);
        Assert.Equal(Stored, bytes);
        Assert.Equal(
            ["https://files.test/1 range= auth=", "https://files.test/2 range=bytes=70000- auth=", "https://files.test/3 range=bytes=70000- auth=", "https://files.test/4 range=bytes=120000- auth="],
            _server.Asked);
    }

    [Fact]
    public async Task A_server_without_ranges_is_read_from_its_start_and_no_byte_is_given_twice()
    {
        _server.Then(Whole(cutAt: 70_000)).Then(Whole());
        var (bytes, error) = await Copy();
        Assert.Null(error);
        Assert.Equal(Stored, bytes);
    }

    [Fact]
    public async Task Fruitless_tries_in_a_row_end_it_and_the_address_is_not_told()
    {
        _server.Then(Whole(cutAt: 10)).Then(Status(503)).Then(Status(500));
        var (bytes, error) = await Copy();
        Assert.Equal(10, bytes.Length);
        Assert.Same(ErrorCodes.NotionUnreachable, error?.Code);
        Assert.DoesNotContain("files.test", error!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_length_or_another_file_is_a_mismatch()
    {
        _server.Then(Whole());
        Assert.Same(ErrorCodes.ChecksumMismatch, (await Copy(Stored.Length + 1)).Error?.Code);
        _server.Then(Whole());
        Assert.Same(ErrorCodes.ChecksumMismatch, (await Copy(Stored.Length - 1)).Error?.Code);
        _server.Then(Whole(cutAt: 100)).Then(Part(100, tag: "\"other\""));
        Assert.Same(ErrorCodes.ChecksumMismatch, (await Copy()).Error?.Code);
        _server.Then(Whole(cutAt: 100)).Then(Part(90));
        Assert.Same(ErrorCodes.ChecksumMismatch, (await Copy()).Error?.Code);
    }

    [Fact]
    public async Task A_destination_that_fails_is_not_taken_for_the_network()
    {
        _server.Then(Whole());
        await using var full = new FullStream();
        await Assert.ThrowsAsync<IOException>(() => _reader.CopyAsync(Locate, Stored.Length, full, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Clear_text_is_followed_only_where_it_was_allowed()
    {
        var error = await _reader.CopyAsync(_ => Task.FromResult<NotionResult<NotionFile>>(new NotionFile("n", "file", "http://files.test/")), 1, Stream.Null, TestContext.Current.CancellationToken);
        Assert.Same(ErrorCodes.NotionRefused, error?.Code);
        Assert.Empty(_server.Asked);
    }

    [Fact]
    public async Task What_Notion_says_against_it_is_passed_on()
    {
        var refused = new SluiceError(ErrorCodes.TargetNotShared, "no");
        var error = await _reader.CopyAsync(_ => Task.FromResult<NotionResult<NotionFile>>(new NotionFailure(FailureClass.Permanent, refused)), 1, Stream.Null, TestContext.Current.CancellationToken);
        Assert.Same(refused, error);
    }

    private static HttpResponseMessage Whole(int? cutAt = null)
    {
        var response = new HttpResponseMessage(HttpStatusCode.OK) { Content = new StreamContent(new CutStream(Stored, cutAt)) };
        response.Content.Headers.ContentLength = Stored.Length;
        response.Headers.ETag = new EntityTagHeaderValue("\"tag\"");
        return response;
    }

    private static HttpResponseMessage Part(int from, int? cutAt = null, string tag = "\"tag\"")
    {
        var response = new HttpResponseMessage(HttpStatusCode.PartialContent) { Content = new StreamContent(new CutStream(Stored[from..], cutAt)) };
        response.Content.Headers.ContentRange = new ContentRangeHeaderValue(from, Stored.Length - 1, Stored.Length);
        response.Headers.ETag = new EntityTagHeaderValue(tag);
        return response;
    }

    private static HttpResponseMessage Status(int status) => new((HttpStatusCode)status);

    private async Task<(byte[] Bytes, SluiceError? Error)> Copy(long? length = null)
    {
        using var destination = new MemoryStream();
        var error = await _reader.CopyAsync(Locate, length ?? Stored.Length, destination, TestContext.Current.CancellationToken);
        return (destination.ToArray(), error);
    }

    private Task<NotionResult<NotionFile>> Locate(CancellationToken cancellationToken) =>
        Task.FromResult<NotionResult<NotionFile>>(new NotionFile("n", "file", $"https://files.test/{++_located}"));

    private sealed class Server : HttpMessageHandler
    {
        private readonly Queue<HttpResponseMessage> _answers = new();

        public List<string> Asked { get; } = [];

        public Server Then(HttpResponseMessage answer)
        {
            _answers.Enqueue(answer);
            return this;
        }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Asked.Add($"{request.RequestUri} range={request.Headers.Range} auth={request.Headers.Authorization}");
            return Task.FromResult(_answers.Dequeue());
        }
    }

    private sealed class CutStream(byte[] bytes, int? cutAt) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (cutAt is not { } end)
            {
                return base.ReadAsync(buffer, cancellationToken);
            }

            return Position == end ? throw new IOException("reset") : base.ReadAsync(buffer[..(int)Math.Min(buffer.Length, end - Position)], cancellationToken);
        }
    }

    private sealed class FullStream : MemoryStream
    {
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => throw new IOException("disk full");
    }
}

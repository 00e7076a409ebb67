using System.Text;
using CsCheck;
using Sluice.Errors;
using Sluice.Notion;
using Xunit;

namespace Sluice.Tests.Notion;

public sealed class ConnectionTests
{
    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\n", 200)]
    [InlineData("HTTP/1.1 503 Service Unavailable\r\n", 503)]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 429 Too Many Requests\r\n", 429)]
    [InlineData("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 504 x\r\n", 504)]
    public void The_final_status_is_found_in_pieces_of_any_size(string answer, int status) =>
        Gen.Int[1, 20].Sample(size =>
        {
            var reader = new StatusLineReader();
            foreach (var piece in Encoding.ASCII.GetBytes(answer).Chunk(size))
            {
                reader.Read(piece);
                if (reader.Status is not null)
                {
                    break;
                }
            }

            Assert.Equal(status, reader.Status);
            reader.Reset();
            Assert.Null(reader.Status);
        });

    [Fact]
    public async Task A_connection_says_it_has_ended_once_it_is_used_up()
    {
        var connections = new NotionConnections(maxIdle: 3, maxRequests: 2);
        await using var connection = connections.Add(new ScriptedStream("HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n"));
        for (var request = 0; request < 2; request++)
        {
            await Exchange(connection);
            Assert.Equal(request == 1, await SaysEnded(connection));
        }

        Assert.Equal(0, await connection.ReadAsync(new byte[10], TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("200 OK", false)]
    [InlineData("429 Too Many Requests", false)]
    [InlineData("529 Overloaded", false)]
    [InlineData("400 Bad Request", false)]
    [InlineData("409 Conflict", true)]
    [InlineData("500 Internal", true)]
    [InlineData("503 Unavailable", true)]
    [InlineData("504 Timeout", true)]
    public async Task A_connection_that_brought_a_transient_failure_is_not_used_again(string status, bool dropped)
    {
        var connections = new NotionConnections(3, 100);
        await using var connection = connections.Add(new ScriptedStream($"HTTP/1.1 {status}\r\n\r\n"));
        await Exchange(connection);
        Assert.Equal(dropped, await SaysEnded(connection));
    }

    [Fact]
    public async Task Idle_connections_beyond_the_limit_say_they_have_ended()
    {
        var connections = new NotionConnections(maxIdle: 1, maxRequests: 100);
        await using var first = connections.Add(new ScriptedStream("HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\n"));
        await using var second = connections.Add(new ScriptedStream("HTTP/1.1 200 OK\r\n"));
        await Exchange(first);
        await Exchange(second);
        Assert.Equal(2, connections.Open);

        Assert.False(await SaysEnded(first));
        Assert.True(await SaysEnded(second));
        Assert.Equal(1, connections.Idle);

        await Exchange(first); // busy again: the place is free
        Assert.Equal(0, connections.Idle);
        await second.DisposeAsync();
        second.Dispose();
        Assert.Equal(1, connections.Open);
    }

    [Fact]
    public void What_a_connection_says_after_its_call_ended_is_not_told()
    {
        using var attempt = new TestAttempt();
        var reporter = new AttemptReporter(attempt);
        reporter.Connecting();
        reporter.End();
        reporter.Connected();
        reporter.Progress(5);
        reporter.BodySent();
        Assert.Equal(["connecting"], attempt.Steps);
        Assert.Equal(0, attempt.Moved);
    }

    [Fact]
    public void A_request_that_got_another_connection_is_not_connecting_any_more()
    {
        using var attempt = new TestAttempt();
        var reporter = new AttemptReporter(attempt);
        reporter.Connecting();
        reporter.RequestStarted();
        reporter.Connecting();
        reporter.Connected();
        reporter.BodySent();
        reporter.ResponseStarted();
        Assert.Equal(["connecting", "connected", "sent", "response"], attempt.Steps);
    }

    [Fact]
    public void A_call_without_a_body_waits_for_its_answer_from_the_moment_the_connection_stands()
    {
        using var attempt = new TestAttempt();
        var reporter = new AttemptReporter(attempt);
        reporter.BodySent();
        reporter.Connecting();
        reporter.Connected();
        reporter.ResponseStarted();
        Assert.Equal(["sent", "connecting", "connected", "sent", "response"], attempt.Steps);
    }

    [Theory]
    [InlineData("on", true, true)]
    [InlineData("OFF", false, false)]
    [InlineData("auto", false, true)]
    public void Asking_first(string setting, bool before, bool after)
    {
        var expect = new ExpectContinueSwitch(setting, TimeProvider.System);
        Assert.Equal(before, expect.Active);
        expect.SendEnded(FailureClass.Unknown);
        expect.SendEnded(null);
        expect.SendEnded(FailureClass.Unknown);
        Assert.Equal(before, expect.Active);
        expect.SendEnded(FailureClass.Unknown);
        Assert.Equal(after, expect.Active);
    }

    [Fact]
    public void Settings_that_mean_nothing_are_refused()
    {
        Assert.Same(ErrorCodes.BadRequest, Assert.Throws<SluiceException>(() => new ExpectContinueSwitch("maybe", TimeProvider.System)).Error.Code);
        Assert.Same(ErrorCodes.BadRequest, Assert.Throws<SluiceException>(() => NotionHttpHandlerFactory.Create(new ConnectionOptions { Proxy = "squid" }, new(1, 1))).Error.Code);
    }

    [Fact]
    public void The_handler_does_nothing_that_was_not_asked_for()
    {
        using var handler = NotionHttpHandlerFactory.Create(new ConnectionOptions(), new(3, 100));
        Assert.False(handler.UseProxy);
        Assert.False(handler.UseCookies);
        Assert.False(handler.AllowAutoRedirect);
        Assert.Equal(System.Net.DecompressionMethods.None, handler.AutomaticDecompression);
        Assert.Null(handler.ActivityHeadersPropagator);
        Assert.Equal(5, handler.MaxConnectionsPerServer);
        Assert.Equal(TimeSpan.FromSeconds(300), handler.PooledConnectionIdleTimeout);

        using var proxied = NotionHttpHandlerFactory.Create(new ConnectionOptions { Proxy = "http://me:p%40ss@proxy.test:3128" }, new(3, 100));
        var target = new Uri("https://api.notion.com/");
        Assert.Equal("http://proxy.test:3128/", proxied.Proxy!.GetProxy(target)!.AbsoluteUri);
        Assert.Equal("p@ss", proxied.Proxy.Credentials!.GetCredential(target, "Basic")!.Password);
    }

    private static async Task Exchange(NotionConnectionStream connection)
    {
        await connection.WriteAsync("GET / HTTP/1.1\r\n\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
        Assert.NotEqual(0, await connection.ReadAsync(new byte[100], TestContext.Current.CancellationToken));
    }

    /// <summary>As the handler asks before it uses a connection again: the read of a living connection does not complete.</summary>
    private static async Task<bool> SaysEnded(NotionConnectionStream connection)
    {
        var read = connection.ReadAsync(Memory<byte>.Empty, TestContext.Current.CancellationToken);
        if (!read.IsCompleted)
        {
            return false;
        }

        return await read == 0;
    }

    /// <summary>A server that answers each request from a list; a read of zero bytes waits for ever.</summary>
    private sealed class ScriptedStream(params string[] answers) : MemoryStream
    {
        private readonly TaskCompletionSource<int> _never = new();
        private int _next;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (buffer.IsEmpty)
            {
                return new(_never.Task);
            }

            return ValueTask.FromResult(Encoding.ASCII.GetBytes(answers[_next++], buffer.Span));
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => ValueTask.CompletedTask;
    }
}

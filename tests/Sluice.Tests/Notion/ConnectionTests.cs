using Sluice.Errors;
using Sluice.Notion;
using Xunit;

namespace Sluice.Tests.Notion;

public sealed class ConnectionTests
{
    [Fact]
    public async Task A_connection_says_it_has_ended_once_it_is_used_up()
    {
        var connections = new NotionConnections(maxIdle: 3, maxRequests: 2);
        await using var connection = connections.Add(new QuietStream());
        await Exchange(connection);
        Assert.False(await SaysEnded(connection));
        await Exchange(connection);
        Assert.True(await SaysEnded(connection));
        Assert.Equal(0, await connection.ReadAsync(new byte[10], TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_connection_that_brought_a_transient_failure_is_not_used_again()
    {
        var connections = new NotionConnections(3, 100);
        await using var connection = connections.Add(new QuietStream());
        var carried = await Exchange(connection);
        carried.DropConnection();
        Assert.True(await SaysEnded(connection));
    }

    [Fact]
    public async Task An_answer_is_read_to_its_end_whatever_comes_after()
    {
        var connections = new NotionConnections(maxIdle: 0, maxRequests: 1);
        await using var connection = connections.Add(new QuietStream());
        using var attempt = new TestAttempt();
        var reporter = new AttemptReporter(attempt);
        reporter.Enter();
        await connection.WriteAsync(new byte[10], TestContext.Current.CancellationToken);
        reporter.DropConnection();
        Assert.Equal(3, await connection.ReadAsync(new byte[3], TestContext.Current.CancellationToken));
        Assert.Equal(3, await connection.ReadAsync(new byte[3], TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Idle_connections_beyond_the_limit_say_they_have_ended()
    {
        var connections = new NotionConnections(maxIdle: 1, maxRequests: 100);
        await using var first = connections.Add(new QuietStream());
        await using var second = connections.Add(new QuietStream());
        await Exchange(first);
        await Exchange(second);
        Assert.Equal(2, connections.Open);

        Assert.False(await Rounds(first));
        Assert.True(await Rounds(second));
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

    private static async Task<AttemptReporter> Exchange(NotionConnectionStream connection)
    {
        using var attempt = new TestAttempt();
        var reporter = new AttemptReporter(attempt);
        reporter.Enter();
        await connection.WriteAsync(new byte[10], TestContext.Current.CancellationToken);
        Assert.NotEqual(0, await connection.ReadAsync(new byte[10], TestContext.Current.CancellationToken));
        return reporter;
    }

    /// <summary>As the handler asks before another request uses the connection.</summary>
    private static async Task<bool> SaysEnded(NotionConnectionStream connection)
    {
        using var attempt = new TestAttempt();
        new AttemptReporter(attempt).Enter();
        return await connection.ReadAsync(new byte[10], TestContext.Current.CancellationToken) == 0;
    }

    /// <summary>As the handler asks on its rounds: a read of nothing, which does not complete on a connection that stands.</summary>
    private static async Task<bool> Rounds(NotionConnectionStream connection)
    {
        var read = connection.ReadAsync(Memory<byte>.Empty, TestContext.Current.CancellationToken);
        return read.IsCompleted && await read == 0;
    }

    /// <summary>A server that has always something to say; a read of nothing waits for ever.</summary>
    private sealed class QuietStream : MemoryStream
    {
        private readonly TaskCompletionSource<int> _never = new();

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            buffer.IsEmpty ? new(_never.Task) : ValueTask.FromResult(buffer.Length);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => ValueTask.CompletedTask;
    }
}

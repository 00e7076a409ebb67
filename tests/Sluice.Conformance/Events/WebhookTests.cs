using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Sluice.Checkpoints;
using Sluice.Events;
using Xunit;

namespace Sluice.Conformance.Events;

/// <summary>The webhook over real sockets.</summary>
public sealed class WebhookTests : IAsyncLifetime
{
    private static readonly OutboxEvent Item = new("upload1-done", "upload.done", "upload1", """{"type":"upload.done","data":{"name":"Grüße.txt"}}""", DateTimeOffset.UnixEpoch);

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 24, 12, 0, 0, TimeSpan.Zero));
    private WebhookReceiver _receiver = null!;
    private WebhookSink _sink = null!;

    private static CancellationToken Test => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _receiver = await WebhookReceiver.StartAsync();
        _sink = new WebhookSink(_receiver.Address.ToString(), WebhookReceiver.Secret, _time);
    }

    public async ValueTask DisposeAsync()
    {
        _sink.Dispose();
        await _receiver.DisposeAsync();
    }

    [Fact]
    public async Task A_post_is_signed_and_a_later_try_has_the_same_id_and_a_new_time()
    {
        _receiver.Answer = static http => Answered(http, 500);
        Assert.Equal("it answered 500", (await _sink.TellAsync(Item, Test)).Problem);
        _time.Advance(TimeSpan.FromSeconds(7));
        _receiver.Answer = static http => Answered(http, 204);
        Assert.Null((await _sink.TellAsync(Item, Test)).Problem);

        var first = await _receiver.NextAsync(Test);
        var second = await _receiver.NextAsync(Test);
        Assert.True(first.Signed && second.Signed);
        Assert.Equal((Item.Id, Item.Payload, "/hook", "application/json; charset=utf-8"), (first.Id, first.Body, first.Path, first.ContentType));
        Assert.Equal((first.Id, first.Body, first.Timestamp + 7), (second.Id, second.Body, second.Timestamp));
    }

    [Theory]
    [InlineData(302)]
    [InlineData(307)]
    [InlineData(400)]
    [InlineData(410)]
    [InlineData(503)]
    public async Task Only_2xx_is_a_yes_and_redirects_are_not_followed(int status)
    {
        _receiver.Answer = http =>
        {
            http.Response.Headers.Location = "/elsewhere";
            return Answered(http, status);
        };
        Assert.Equal($"it answered {status}", (await _sink.TellAsync(Item, Test)).Problem);
        await _receiver.NextAsync(Test);
        Assert.Equal(0, _receiver.Waiting);
    }

    [Theory]
    [InlineData("120", 120)]
    [InlineData("Tue, 24 Nov 2026 12:01:00 GMT", 60)]
    public async Task A_receiver_may_ask_for_time(string header, int seconds)
    {
        _receiver.Answer = http =>
        {
            http.Response.Headers.RetryAfter = header;
            return Answered(http, 429);
        };
        Assert.Equal(TimeSpan.FromSeconds(seconds), (await _sink.TellAsync(Item, Test)).RetryAfter);
    }

    [Fact]
    public async Task A_receiver_that_hangs_is_left_after_ten_seconds()
    {
        var entered = new TaskCompletionSource();
        _receiver.Answer = async http =>
        {
            entered.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, http.RequestAborted);
        };
        var told = SinkCall.TellAsync(_sink, Item, EventOptions.Default.TellWithin, _time, NullLogger.Instance, Test);
        await entered.Task.WaitAsync(TimeSpan.FromSeconds(60), TimeProvider.System, Test);
        _time.Advance(TimeSpan.FromSeconds(10) - TimeSpan.FromTicks(1));
        Assert.False(told.IsCompleted);
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal("it took longer than 10 s", (await told).Problem);
    }

    [Fact]
    public async Task A_receiver_that_is_not_there_or_hangs_up_is_a_value()
    {
        _receiver.Answer = static http =>
        {
            http.Abort();
            return Task.CompletedTask;
        };
        Assert.StartsWith("it could not be reached", (await _sink.TellAsync(Item, Test)).Problem, StringComparison.Ordinal);

        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        using var nobody = new WebhookSink($"http://127.0.0.1:{port}/?token=in-the-address", WebhookReceiver.Secret, _time);
        var problem = (await nobody.TellAsync(Item, Test)).Problem;
        Assert.Equal("it could not be reached (ConnectionError)", problem);
    }

    private static Task Answered(Microsoft.AspNetCore.Http.HttpContext http, int status)
    {
        http.Response.StatusCode = status;
        return Task.CompletedTask;
    }
}

using System.Diagnostics;
using Sluice.Diagnostics;
using Sluice.Notion;
using Sluice.Tests.Notion;
using Sluice.Tests.Pressure;
using Sluice.Tests.Resilience;
using Sluice.Transfer;
using Xunit;

namespace Sluice.Tests.Diagnostics;

/// <summary>Uploads through the whole engine against a stub, and what meter and traces say of them.</summary>
public sealed class UploadMetricsTests : IDisposable
{
    private const int Part = 1024;

    private readonly NotionStub _notion = new();
    private readonly FakeReadings _readings = new();

    public void Dispose() => _notion.Dispose();

    [Fact]
    public async Task An_upload_without_trouble_is_counted_exactly()
    {
        await using var client = await OpenAsync();
        using var collected = new Collected(client.Engine.Meter.Meter);
        var result = await UploadAsync(client, (7 * Part) + 300);

        Assert.Equal(UploadStatus.Done, result.Status);
        Assert.Equal(8, _notion.Sends);
        Assert.Equal(1, collected.Sum("sluice.upload.starts"));
        Assert.Equal(Only("done", 1), collected.ByTag("sluice.uploads"));
        Assert.Equal(Only("acknowledged", 8), collected.ByTag("sluice.parts"));
        Assert.Equal(8, collected.Values("sluice.part.duration").Count);
        Assert.Equal(7468, collected.Sum("sluice.bytes{in}"));
        Assert.Equal(result.BytesSent, collected.Sum("sluice.bytes{out}"));
        Assert.Equal(8, collected.Sum("sluice.checkpoints"));
        Assert.Equal(_notion.Requests, collected.Sum("sluice.attempts{ok}"));
        Assert.Equal([7468.0], collected.Values("sluice.upload.size"));
        Assert.Single(collected.Values("sluice.upload.duration"));
        Assert.Single(collected.Values("sluice.upload.seconds_per_100mb"));
        foreach (var zero in new[] { "sluice.retries", "sluice.rate_limit.waits", "sluice.fence.refusals", "sluice.breaker.activations" })
        {
            Assert.Equal(0, collected.Sum(zero));
        }

        Assert.Empty(collected.ByTag("sluice.errors"));
        Assert.Empty(collected.ByTag("sluice.resumes"));
    }

    [Fact]
    public async Task Every_failure_is_counted_once_and_every_repeat_once()
    {
        _notion.InsteadOfSend = send => send switch
        {
            2 or 3 => FakeNotion.Json("""{"object":"error","status":503,"code":"service_unavailable","message":"later"}""", 503),
            5 => TooMany(),
            _ => null,
        };
        await using var client = await OpenAsync();
        using var collected = new Collected(client.Engine.Meter.Meter);
        var result = await UploadAsync(client, 4 * Part);

        Assert.Equal(UploadStatus.Done, result.Status);
        Assert.Equal(7, _notion.Sends);
        Assert.Equal(3, collected.Sum("sluice.retries"));
        Assert.Equal(result.Retries, collected.Sum("sluice.retries"));
        Assert.Equal(3, collected.ByTag("sluice.errors").Values.Sum());
        Assert.Equal(2, collected.Sum("sluice.attempts{failed}"));
        Assert.Equal(1, collected.Sum("sluice.attempts{told_to_wait}"));
        Assert.Equal(_notion.Requests, collected.ByTag("sluice.attempts").Values.Sum());
        Assert.Equal(1, collected.Sum("sluice.rate_limit.waits"));
        Assert.Equal(Only("acknowledged", 4), collected.ByTag("sluice.parts"));
        Assert.Equal(result.BytesSent, collected.Sum("sluice.bytes{out}"));
        Assert.NotEmpty(collected.Values("sluice.recovery.duration"));
    }

    [Fact]
    public async Task A_refusal_for_good_ends_the_upload_as_failed()
    {
        _notion.InsteadOfSend = send => send == 2 ? FakeNotion.Json("""{"object":"error","status":400,"code":"validation_error","message":"no"}""", 400) : null;
        await using var client = await OpenAsync();
        using var collected = new Collected(client.Engine.Meter.Meter);
        var result = await UploadAsync(client, 3 * Part);

        Assert.Equal(UploadStatus.Failed, result.Status);
        Assert.Equal(Only("failed", 1), collected.ByTag("sluice.uploads"));
        Assert.Equal(Only("notion_refused", 1), collected.ByTag("sluice.errors"));

        // The refused one, and the one that was under way beside it and was cut.
        Assert.InRange(collected.Sum("sluice.parts{not_acknowledged}"), 1, 2);
        Assert.All(collected.ByTag("sluice.waiting").Values, v => Assert.Equal(0, v));
        Assert.Equal(0, collected.Observe()["sluice.uploads.open"]);
    }

    [Fact]
    public async Task Each_part_under_way_waits_for_exactly_one_thing()
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _notion.BeforeSend = async (send, token) =>
        {
            if (send >= 2)
            {
                reached.TrySetResult();
                await go.Task.WaitAsync(token);
            }
        };
        await using var client = await OpenAsync();
        using var collected = new Collected(client.Engine.Meter.Meter);
        var handle = client.Start(Request(9 * Part));
        await reached.Task;

        // Nothing moves now: an upload has two buffers, both parts hang in their sends, and the third waits for memory.
        await Virtual.Until(
            () => handle.Snapshot().PartsUnderWay.Count == 2 && collected.Sum("sluice.waiting{response}") == 2 && collected.Sum("sluice.waiting{memory}") == 1,
            "two parts hang and a third waits");
        Assert.Equal(["memory 1", "response 2"], collected.ByTag("sluice.waiting").Where(w => w.Value != 0).Select(w => $"{w.Key} {w.Value}").Order(StringComparer.Ordinal));
        Assert.Equal(new UploadCensus(1, 1, 0), client.Engine.Census());
        go.SetResult();

        Assert.Equal(UploadStatus.Done, (await handle.Completion).Status);
        Assert.All(collected.ByTag("sluice.waiting").Values, v => Assert.Equal(0, v));
        Assert.Contains("response", collected.ByTag("sluice.waiting").Keys);
        Assert.Contains("checkpoint", collected.ByTag("sluice.waiting").Keys);
        Assert.Contains("completing", collected.ByTag("sluice.waiting").Keys);
        Assert.Contains("attaching", collected.ByTag("sluice.waiting").Keys);
    }

    [Fact]
    public async Task A_single_part_upload_is_one_part()
    {
        await using var client = await OpenAsync();
        using var collected = new Collected(client.Engine.Meter.Meter);
        Assert.Equal(UploadStatus.Done, (await UploadAsync(client, 100)).Status);
        Assert.Equal(Only("acknowledged", 1), collected.ByTag("sluice.parts"));
        Assert.Equal(100, collected.Sum("sluice.bytes{in}"));
        Assert.Equal(0, collected.Sum("sluice.checkpoints"));
        Assert.All(collected.ByTag("sluice.waiting").Values, v => Assert.Equal(0, v));
    }

    [Fact]
    public async Task Checkpoints_off_writes_no_rows_and_arrives_all_the_same()
    {
        await using var client = await OpenAsync(o => o.Features.Checkpoints = 0);
        using var collected = new Collected(client.Engine.Meter.Meter);
        Assert.Equal(UploadStatus.Done, (await UploadAsync(client, 4 * Part)).Status);
        Assert.Equal(Only("acknowledged", 4), collected.ByTag("sluice.parts"));
        Assert.Equal(0, collected.Sum("sluice.checkpoints"));
    }

    [Fact]
    public async Task Retry_off_for_an_upload_makes_one_attempt_a_round_and_is_read_where_it_is_used()
    {
        _notion.InsteadOfSend = send => send == 1 ? FakeNotion.Json("""{"object":"error","status":503,"code":"service_unavailable","message":"later"}""", 503) : null;
        await using var client = await OpenAsync(o =>
        {
            o.Features.Retry = 0;
            o.Retry.InitialDelay = o.Retry.MaxDelay = TimeSpan.FromMilliseconds(1);
        });
        using var collected = new Collected(client.Engine.Meter.Meter);
        var result = await UploadAsync(client, 3 * Part);
        Assert.Equal((UploadStatus.Done, 0), (result.Status, result.Retries));
        Assert.Equal(1, collected.ByTag("sluice.errors").Values.Sum());

        client.Engine.Options.Features.Retry = 100;
        var at = _notion.Sends + 1;
        _notion.InsteadOfSend = send => send == at ? FakeNotion.Json("""{"object":"error","status":503,"code":"service_unavailable","message":"later"}""", 503) : null;
        Assert.Equal(1, (await UploadAsync(client, 3 * Part)).Retries);
    }

    [Fact]
    public async Task What_can_be_read_at_any_time_is_what_the_engine_says()
    {
        _readings.Rss(50);
        await using var client = await OpenAsync();
        using var collected = new Collected(client.Engine.Meter.Meter);
        await UploadAsync(client, 3 * Part);
        await client.Engine.Health!.Success.CountAsync(TestContext.Current.CancellationToken);
        var seen = collected.Observe();

        Assert.Equal(50 << 20, seen["sluice.process.memory"]);
        Assert.Equal(50 << 20, seen["sluice.process.memory.peak"]);
        Assert.Equal(0.5, seen["sluice.process.memory.limit_ratio"], 6);
        Assert.Equal(0, seen["sluice.breaker.state"]);
        Assert.Equal((0, 0, 0), (seen["sluice.uploads.open"], seen["sluice.uploads.active"], seen["sluice.uploads.queued"]));
        Assert.Equal(0, seen["sluice.workers"]);
        Assert.Equal(client.Engine.Connection.Pipeline.Limit, seen["sluice.workers.limit"]);
        Assert.Equal(0, seen["sluice.buffer.bytes{tickets}"]);
        Assert.Equal((double)client.Engine.BuffersChosen.BufferMb * (1 << 20), seen["sluice.buffer.bytes{limit}"]);
        Assert.Equal(0, seen["sluice.spool.bytes"]);
        Assert.Equal(1, seen["sluice.upload.success_ratio"]);
        Assert.Equal(4, seen.Keys.Count(k => k.StartsWith("sluice.alerts{", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Traces_hold_upload_parts_and_calls_by_the_conventions_and_no_secret()
    {
        List<Activity> ended = [];
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == MetricNames.Meter,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity =>
            {
                lock (ended)
                {
                    ended.Add(activity);
                }
            },
        };
        _notion.InsteadOfSend = send => send == 1 ? FakeNotion.Json("""{"object":"error","status":503,"code":"service_unavailable","message":"later"}""", 503) : null;
        await using var client = await OpenAsync();
        ActivitySource.AddActivityListener(listener);
        using var mine = new Activity("test").Start();
        Assert.Equal(UploadStatus.Done, (await UploadAsync(client, 2 * Part)).Status);
        Activity[] all;
        lock (ended)
        {
            all = [.. ended.Where(a => a.TraceId == mine.TraceId)];
        }

        var upload = Assert.Single(all, a => a.OperationName == "upload");
        Assert.Equal(mine.SpanId, upload.ParentSpanId);
        var parts = all.Where(a => a.OperationName == "part").ToArray();
        Assert.Equal(2, parts.Length);
        Assert.All(parts, p => Assert.Equal(upload.SpanId, p.ParentSpanId));
        var sends = all.Where(a => ((string?)a.GetTagItem("url.full"))?.EndsWith("/send", StringComparison.Ordinal) == true).ToArray();
        Assert.Equal(3, sends.Length);
        Assert.All(sends, s => Assert.Contains(parts, p => p.SpanId == s.ParentSpanId));
        Assert.Equal(_notion.Requests, all.Count(a => a.Kind == ActivityKind.Client));
        Assert.All(sends, s => Assert.Equal(("POST", "POST", "notion.test", 443), (s.OperationName, s.GetTagItem("http.request.method"), s.GetTagItem("server.address"), s.GetTagItem("server.port"))));
        var failed = Assert.Single(sends, s => s.Status == ActivityStatusCode.Error);
        Assert.Equal(503, failed.GetTagItem("http.response.status_code"));
        Assert.NotNull(failed.GetTagItem("error.type"));
        Assert.All(all, a => Assert.All(a.TagObjects, t => Assert.DoesNotContain(FakeNotion.Secret, $"{t.Value}", StringComparison.Ordinal)));
    }

    internal static Dictionary<string, double> Only(string tag, double value) => new(StringComparer.Ordinal) { [tag] = value };

    private static HttpResponseMessage TooMany()
    {
        var answer = FakeNotion.Json("""{"object":"error","status":429,"code":"rate_limited","message":"slow down"}""", 429);
        answer.Headers.TryAddWithoutValidation("Retry-After", "0");
        return answer;
    }

    private static UploadRequest Request(int length) =>
        new() { Source = UploadSource.Stream(new MemoryStream(new byte[length]), length), Name = "a.bin", Unsupported = UnsupportedType.Text, To = "page:00000000-0000-4000-8000-000000000001" };

    private static Task<UploadResult> UploadAsync(SluiceClient client, int length) => client.UploadAsync(Request(length), TestContext.Current.CancellationToken);

    private Task<SluiceClient> OpenAsync(Action<Sluice.Settings.SluiceOptions>? change = null) => new SluiceClientBuilder()
        .UseToken(FakeNotion.Secret)
        .UseHandler(_notion)
        .UseReadings(_readings)
        .UseLimits(new NotionLimits { MinPartSize = Part, MaxPartSize = 4 * Part, PartSizeUnit = 64, MaxFileSize = 1 << 20, FreePlanLimit = 512 })
        .UseStateFolder(Path.Combine(Path.GetTempPath(), "sluice-none"))
        .Configure(o =>
        {
            o.Notion.Url = "https://notion.test";
            o.Parts.MinSize = Part;
            o.Parts.MaxSize = 4 * Part;
            o.Parts.Size = Part;
            o.Pacing.RequestsPerMinute = -1;
            o.Retry.InitialDelay = TimeSpan.FromMilliseconds(1);
            o.Stream.ReadBuffer = 4096;
            change?.Invoke(o);
        })
        .OpenAsync(TestContext.Current.CancellationToken);
}

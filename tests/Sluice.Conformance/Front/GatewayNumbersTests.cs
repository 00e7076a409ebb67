using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json;
using Sluice.Resilience;
using Sluice.Simulator;
using Xunit;

namespace Sluice.Conformance.Front;

/// <summary>What a gateway says of itself, against what the simulator behind it counted; and what an operator turns.</summary>
public sealed class GatewayNumbersTests
{
    private const int Part = 5_242_880;

    private static readonly byte[] File = [.. Enumerable.Range(0, (3 * Part) + 1000).Select(static i => (byte)(i * 31 >> 4))];

    private static CancellationToken Test => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_dashboards_numbers_are_the_simulators()
    {
        var started = Stopwatch.GetTimestamp();
        await using var world = await GatewayWorld.StartAsync(simulated: new SimulatorOptions { RequestsPerMinute = 0, Profile = "flaky", Seed = 4 });
        for (var i = 0; i < 4; i++)
        {
            await world.UploadAsync(File, $"{i}.txt");
        }

        var status = await world.StatusAsync(static s => s.GetProperty("uploads").GetProperty("done").GetInt32() == 4 && s.GetProperty("totals").GetProperty("successes").GetInt32() == 4);
        var totals = status.GetProperty("totals");
        var stats = await world.SimulatorAsync();
        var answers = stats.GetProperty("answers").EnumerateObject().Select(a => (Status: int.Parse(a.Name[^3..], System.Globalization.CultureInfo.InvariantCulture), Count: a.Value.GetInt64())).ToArray();
        var resets = stats.GetProperty("faults").TryGetProperty("reset", out var reset) ? reset.GetInt64() : 0;

        // Every request that the simulator answered or cut is an attempt, and nothing else is.
        Assert.Equal(stats.GetProperty("requests").GetInt64(), Of(totals, "attempts"));
        Assert.Equal(answers.Where(a => a.Status == 429).Sum(a => a.Count), Of(totals, "rate_limit_waits"));
        Assert.Equal(answers.Where(a => a.Status >= 500).Sum(a => a.Count) + resets, Of(totals, "attempts_failed"));
        Assert.Equal(resets, Of(status.GetProperty("errors"), "connection_errors"));
        Assert.Equal((4, 0, 16, 16), (Of(totals, "successes"), Of(totals, "failures"), Of(totals, "parts"), Of(totals, "checkpoints")));
        Assert.Equal(4L * File.Length, Of(totals, "bytes_in"));
        Assert.InRange(Of(totals, "bytes_out"), 4L * File.Length, long.MaxValue);

        // Of the last minute: all of them, unless a slow machine took longer than that.
        Assert.InRange(Of(status.GetProperty("recovery"), "checkpoints_per_minute"), Stopwatch.GetElapsedTime(started) < TimeSpan.FromMinutes(1) ? 16 : 0, 16);

        // Rates are what the sums say.
        Assert.Equal(Math.Round(100.0 * Of(totals, "retries") / Of(totals, "attempts"), 3), status.GetProperty("errors").GetProperty("retry_percent").GetDouble());
        Assert.Equal(4, (await world.SimulatorAsync()).GetProperty("uploads").GetInt32());

        // Nothing is under way.
        Assert.All(status.GetProperty("waits").EnumerateObject(), wait => Assert.Equal(0, wait.Value.GetInt32()));
        var performance = status.GetProperty("performance");
        Assert.Equal((0, 0, 0), (Of(performance, "current_uploads"), Of(performance, "queue_length"), Of(performance, "open_uploads")));
        Assert.Equal(0, Of(status.GetProperty("buffers"), "ticket_bytes"));
        Assert.InRange(status.GetProperty("health").GetProperty("memory_bytes").GetInt64(), 1 << 20, long.MaxValue);
        Assert.Equal("closed", status.GetProperty("health").GetProperty("breaker").GetString());
        Assert.Equal("room", status.GetProperty("admission").GetProperty("reason").GetString());
    }

    [Fact]
    public async Task Of_25_at_once_none_is_refused_and_no_more_than_allowed_hold_memory()
    {
        await using var world = await GatewayWorld.StartAsync(gateway: static o => o.Admission.MaxActiveUploads = 3);
        var small = File[..(Part + 1000)];
        var uploads = Task.WhenAll(Enumerable.Range(0, 25).Select(i => world.UploadAsync(small, $"{i}.txt")));
        var most = 0;
        while (!uploads.IsCompleted)
        {
            most = Math.Max(most, world.Engine.Buffers.Budget.Holders);
            await Task.WhenAny(uploads, Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, CancellationToken.None));
        }

        await uploads;
        Assert.InRange(most, 1, 3);
        var status = await world.StatusAsync(static s => s.GetProperty("uploads").GetProperty("done").GetInt32() == 25);
        Assert.Equal((25, 0), (Of(status.GetProperty("uploads"), "done"), Of(status.GetProperty("totals"), "refusals")));
    }

    [Fact]
    public async Task Beyond_the_open_ones_a_post_is_refused_with_its_reason_and_what_is_accepted_goes_on()
    {
        await using var world = await GatewayWorld.StartAsync(gateway: static o => o.Admission.MaxOpenUploads = 2);
        using var first = await world.CreateAsync(1000);
        using var second = await world.CreateAsync(1000);
        using var third = await world.CreateAsync(1000);
        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.Created, HttpStatusCode.ServiceUnavailable), (first.StatusCode, second.StatusCode, third.StatusCode));
        Assert.Equal(TimeSpan.FromSeconds(30), third.Headers.RetryAfter!.Delta);
        using var problem = JsonDocument.Parse(await third.Content.ReadAsStringAsync(Test));
        Assert.Equal(("busy", "queue", 30), (problem.RootElement.GetProperty("code").GetString(), problem.RootElement.GetProperty("wait").GetString(), problem.RootElement.GetProperty("retry_after").GetInt32()));
        Assert.Contains("2 uploads are open", problem.RootElement.GetProperty("detail").GetString(), StringComparison.Ordinal);

        var status = await world.StatusAsync(static s => !s.GetProperty("admission").GetProperty("accepts").GetBoolean());
        var admission = status.GetProperty("admission");
        Assert.Equal(("open", 2, 1), (admission.GetProperty("reason").GetString(), Of(admission, "open"), Of(admission.GetProperty("refused"), "open")));
        Assert.Contains("2 uploads are open", admission.GetProperty("last_refusal").GetString(), StringComparison.Ordinal);

        var path = first.Headers.Location!.OriginalString;
        for (var offset = 0; offset < 1000;)
        {
            offset = await world.PatchAsync(path, offset, File.AsMemory(offset, 1000 - offset));
        }

        using var fourth = await world.CreateAsync(1000);
        Assert.Equal(HttpStatusCode.Created, fourth.StatusCode);
    }

    [Fact]
    public async Task A_thousand_that_ask_at_once_see_each_other()
    {
        await using var world = await GatewayWorld.StartAsync(gateway: static o =>
        {
            o.Admission.MaxOpenUploads = 40;
            o.Security.MaxUploadsPerOwner = 10_000;
        });
        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => world.CreateAsync(1000, $"{i}.txt")));
        Assert.Equal(40, answers.Count(a => a.StatusCode == HttpStatusCode.Created));
        Assert.Equal(160, answers.Count(a => a.StatusCode == HttpStatusCode.ServiceUnavailable));
        foreach (var answer in answers)
        {
            answer.Dispose();
        }
    }

    [Fact]
    public async Task While_as_many_go_at_full_speed_as_may_a_new_one_is_refused()
    {
        await using var world = await GatewayWorld.StartAsync(gateway: static o => (o.Admission.MaxActiveUploads, o.Admission.MaxQueuedUploads) = (1, 0));
        using var made = await world.CreateAsync(File.Length);
        await using var raw = await RawHttp.ConnectAsync(world.Address);
        await raw.SendAsync($"PATCH {made.Headers.Location!.OriginalString} HTTP/1.1\r\nHost: 127.0.0.1\r\nTus-Resumable: 1.0.0\r\nContent-Type: application/offset+octet-stream\r\nUpload-Offset: 0\r\nContent-Length: {File.Length}\r\n\r\n");
        await raw.SendAsync(File[..100_000]);
        await Eventually.HoldsAsync(() => world.Engine.Census().Active == 1);
        using var refused = await world.CreateAsync(1000);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, TimeSpan.FromSeconds(10)), (refused.StatusCode, refused.Headers.RetryAfter!.Delta));
        Assert.Contains("1 uploads move", await refused.Content.ReadAsStringAsync(Test), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_open_breaker_refuses_what_cannot_wait_and_takes_what_can()
    {
        await using var world = await GatewayWorld.StartAsync(
            engine: static o => o.Spool.MaxBytes = 64 << 20,
            simulated: new SimulatorOptions { RequestsPerMinute = 0, Profile = "outage" });
        using var made = await world.CreateAsync(File.Length);
        await using var raw = await RawHttp.ConnectAsync(world.Address);
        await raw.SendAsync($"PATCH {made.Headers.Location!.OriginalString} HTTP/1.1\r\nHost: 127.0.0.1\r\nTus-Resumable: 1.0.0\r\nContent-Type: application/offset+octet-stream\r\nUpload-Offset: 0\r\nContent-Length: {File.Length}\r\n\r\n");
        await raw.SendAsync(File[..(2 * Part)]);
        await Eventually.HoldsAsync(() => world.Engine.Connection.Pipeline.Snapshot().Breaker == BreakerState.Open);

        world.Engine.Options.Features.Spool = 0;
        using var refused = await world.CreateAsync(10_000_000);
        using var problem = JsonDocument.Parse(await refused.Content.ReadAsStringAsync(Test));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "breaker"), (refused.StatusCode, problem.RootElement.GetProperty("wait").GetString()));
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60));
        var status = await world.StatusAsync(static s => s.GetProperty("health").GetProperty("breaker").GetString() == "open");
        Assert.Equal((1, 1), (Of(status.GetProperty("recovery"), "breaker_activations"), Of(status.GetProperty("admission").GetProperty("refused"), "breaker")));

        world.Engine.Options.Features.Spool = 100;
        using var taken = await world.CreateAsync(10_000_000);
        Assert.Equal(HttpStatusCode.Created, taken.StatusCode);
    }

    [Fact]
    public async Task A_refused_token_is_not_ready_and_nothing_new_comes_in()
    {
        await using var world = await GatewayWorld.StartAsync(token: "bad");
        Assert.Equal(HttpStatusCode.OK, (await world.Client.GetAsync("/readyz", Test)).StatusCode);
        using var first = await world.CreateAsync(1000);
        Assert.Equal(HttpStatusCode.BadGateway, first.StatusCode);
        using var ready = await world.Client.GetAsync("/readyz", Test);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.Contains("token", await ready.Content.ReadAsStringAsync(Test), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await world.Client.GetAsync("/healthz", Test)).StatusCode);
        using var second = await world.CreateAsync(1000);
        using var problem = JsonDocument.Parse(await second.Content.ReadAsStringAsync(Test));
        Assert.Equal(("token_refused", "breaker"), (problem.RootElement.GetProperty("code").GetString(), problem.RootElement.GetProperty("wait").GetString()));
        var status = await world.StatusAsync(static s => s.GetProperty("health").GetProperty("breaker").GetString() == "isolated");
        Assert.Equal("credentials", status.GetProperty("admission").GetProperty("reason").GetString());
    }

    [Fact]
    public async Task Switches_turn_at_once_all_that_are_named_or_none()
    {
        await using var world = await GatewayWorld.StartAsync();
        var before = (await world.GetAsync("/api/features")).GetProperty("features");
        Assert.Equal(9, before.EnumerateObject().Count());
        Assert.All(before.EnumerateObject(), f => Assert.Equal(100, f.Value.GetInt32()));

        using var good = await PutAsync(world, """{"pacing":25,"circuit_breaker":"off","adaptive_concurrency":false}""");
        Assert.Equal(HttpStatusCode.OK, good.StatusCode);
        var features = world.Engine.Options.Features;
        Assert.Equal((25, 0, 0, 100), (features.Pacing, features.CircuitBreaker, features.AdaptiveConcurrency, features.Retry));
        foreach (var wrong in new[] { """{"pacing":100,"memory":0}""", """{"pacing":101}""", """{"pacing":-1}""", """{"pacing":[]}""", """{"pacing":"perhaps"}""", """{"retry":0,"pacing":"x"}""" })
        {
            using var refused = await PutAsync(world, wrong);
            Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        }

        Assert.Equal((25, 100), (features.Pacing, features.Retry));
        Assert.Equal(25, (await world.GetAsync("/api/status")).GetProperty("features").GetProperty("pacing").GetInt32());
    }

    [Fact]
    public async Task Alerts_are_told_with_reason_and_time()
    {
        await using var world = await GatewayWorld.StartAsync();
        var calm = (await world.GetAsync("/api/alerts")).GetProperty("alerts").EnumerateArray().ToArray();
        Assert.Equal(["memory", "success_rate", "breaker_open", "queue_full"], calm.Select(a => a.GetProperty("alert").GetString()));
        Assert.All(calm, a => Assert.False(a.GetProperty("raised").GetBoolean()));

        world.Engine.Health!.Alerts.Update([new("queue_full", "15 wait")]);
        var raised = (await world.GetAsync("/api/alerts")).GetProperty("alerts").EnumerateArray().Single(a => a.GetProperty("raised").GetBoolean());
        Assert.Equal(("queue_full", "15 wait"), (raised.GetProperty("alert").GetString(), raised.GetProperty("reason").GetString()));
        Assert.InRange(raised.GetProperty("since").GetDateTimeOffset(), DateTimeOffset.UnixEpoch.AddYears(40), TimeProvider.System.GetUtcNow());
        var status = await world.StatusAsync(static s => s.GetProperty("alerts").GetArrayLength() == 1);
        Assert.Equal("queue_full", status.GetProperty("alerts")[0].GetString());
    }

    private static long Of(JsonElement group, string name) => group.GetProperty(name).GetInt64();

    private static Task<HttpResponseMessage> PutAsync(GatewayWorld world, string json) =>
        world.Client.PutAsync(new Uri("/api/features", UriKind.Relative), new StringContent(json, Encoding.UTF8, "application/json"), Test);
}

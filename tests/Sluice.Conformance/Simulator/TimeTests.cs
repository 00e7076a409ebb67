using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Sluice.Conformance.Simulator;

/// <summary>The hour, the window of the budget, and the 60 seconds of a request, all on the simulator's clock.</summary>
public sealed class TimeTests
{
    [Fact]
    public async Task An_upload_ends_an_hour_after_its_creation_whatever_was_sent()
    {
        await using var sim = await Sim.StartAsync();
        var pending = await sim.CreateAsync(parts: 2);
        (await sim.SendAsync(pending, "x"u8.ToArray(), 2)).Ok();
        var whole = await sim.UploadAsync();
        var before = (await sim.RetrieveAsync(pending)).Ok().Text("expiry_time");
        await sim.AdvanceAsync("59m");
        Assert.Equal(("pending", before), ((await sim.RetrieveAsync(pending)).Text("status"), (await sim.RetrieveAsync(pending)).Text("expiry_time")));
        await sim.AdvanceAsync("1m");
        Assert.Equal("expired", (await sim.RetrieveAsync(pending)).Ok().Text("status"));
        Assert.DoesNotContain("upload_url", (await sim.RetrieveAsync(pending)).Fields);
        (await sim.SendAsync(pending, new byte[Sim.MinPart], 1)).Invalid("expired");
        (await sim.CompleteAsync(pending)).Invalid("expired");
        (await sim.AppendAsync(whole)).Refused(404, "object_not_found", whole);
    }

    [Fact]
    public async Task The_first_attach_makes_an_upload_permanent()
    {
        await using var sim = await Sim.StartAsync();
        var id = await sim.UploadAsync();
        Assert.NotNull((await sim.RetrieveAsync(id)).Ok().Json["expiry_time"]);
        var block = (await sim.AppendAsync(id)).Ok().Results[0]!["id"]!.GetValue<string>();
        Assert.Null((await sim.RetrieveAsync(id)).Ok().Json["expiry_time"]);
        (await sim.CallAsync("DELETE", $"/v1/blocks/{block}")).Ok();
        await sim.AdvanceAsync("48h");
        Assert.Equal("uploaded", (await sim.RetrieveAsync(id)).Ok().Text("status"));
        (await sim.AppendAsync(id)).Ok();
    }

    [Fact]
    public async Task Expiry_time_may_become_null_late()
    {
        await using var sim = await Sim.StartAsync();
        await sim.ScriptAsync("""{"switches":{"late_expiry_ms":5000}}""");
        var id = await sim.UploadAsync();
        (await sim.AppendAsync(id)).Ok();
        Assert.NotNull((await sim.RetrieveAsync(id)).Ok().Json["expiry_time"]);
        await sim.AdvanceAsync("5s");
        Assert.Null((await sim.RetrieveAsync(id)).Ok().Json["expiry_time"]);
    }

    [Theory]
    [InlineData(404)]
    [InlineData(400)]
    public async Task An_upload_may_not_be_ready_to_be_attached_at_once(int status)
    {
        await using var sim = await Sim.StartAsync();
        await sim.ScriptAsync($$$"""{"switches":{"not_attachable_status":{{{status}}},"not_ready_ms":1500}}""");
        var id = await sim.UploadAsync();
        (await sim.AppendAsync(id)).Refused(status, "object_not_found", $"Could not find file_upload with ID: {id}");
        await sim.AdvanceAsync("1500ms");
        (await sim.AppendAsync(id)).Ok();
    }

    [Theory]
    [InlineData("plus", 180)]
    [InlineData("business", 600)]
    public async Task A_minutes_budget_begins_with_its_first_request_and_may_be_spent_at_once(string plan, int budget)
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 24, 10, 0, 20, TimeSpan.Zero));
        await using var sim = await Sim.StartAsync(o => o with { RequestsPerMinute = null, Plan = plan, Time = time });
        (await sim.CallAsync("GET", "/v1/users/me")).Ok();
        await sim.AdvanceAsync("18500ms");
        for (var i = 1; i < budget; i++)
        {
            (await sim.CallAsync("GET", "/v1/users/me")).Ok();
        }

        var refused = (await sim.CallAsync("GET", "/v1/users/me")).Refused(429, "rate_limited", "You have been rate limited. Please try again later.");
        Assert.Equal(("42", "42"), (refused.RetryAfter, refused.Json["additional_data"]!["retry_after"]!.GetValue<string>()));
        Assert.Equal("public_api_request_rate_limit", refused.Json["additional_data"]!["rate_limit_reason"]!.GetValue<string>());
        (await sim.CallAsync("GET", "/v1/users/me", token: "ntn_b")).Ok(); // a budget for each token
        await sim.AdvanceAsync("41s");
        Assert.Equal("1", (await sim.CallAsync("GET", "/v1/users/me")).Refused(429, "rate_limited").RetryAfter);
        await sim.AdvanceAsync("500ms");
        (await sim.CallAsync("GET", "/v1/users/me")).Ok();
        var stats = (await sim.AdminAsync("GET", "/_sim/stats")).Ok();
        Assert.Equal(2, stats.Number("rate_refusals"));
    }

    [Fact]
    public async Task The_budget_can_be_set_and_switched_off()
    {
        await using var sim = await Sim.StartAsync(o => o with { RequestsPerMinute = 2 });
        (await sim.CallAsync("GET", "/v1/users/me")).Ok();
        (await sim.CallAsync("GET", "/v1/users/me", version: null)).Refused(400, "missing_version"); // counts all the same
        (await sim.CallAsync("GET", "/v1/users/me")).Refused(429, "rate_limited");
        await sim.ScriptAsync("""{"switches":{"rate":"off"}}""");
        (await sim.CallAsync("GET", "/v1/users/me")).Ok();
    }

    [Theory]
    [InlineData("all", 504)]
    [InlineData("handling", 200)]
    [InlineData("off", 200)]
    public async Task A_body_that_takes_longer_than_a_minute_is_answered_with_504(string limit, int status)
    {
        await using var sim = await Sim.StartAsync();
        await sim.ScriptAsync($$$"""{"switches":{"time_limit":"{{{limit}}}"}}""");
        var id = await sim.CreateAsync(parts: 1);
        var body = await Sim.Form("hello"u8.ToArray(), "1").ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        using var raw = await RawHttp.ConnectAsync(sim.Address);
        var before = await BodyBytesAsync(sim);
        await raw.WriteAsync(RawHttp.SendHead(id, "multipart/form-data; boundary=b", body.Length));
        await raw.WriteAsync(body[..20]);
        await Eventually.HoldsAsync(async () => await BodyBytesAsync(sim) >= before + 20);
        await sim.AdvanceAsync("61s");
        await raw.WriteAsync(body[20..]);
        Assert.Equal(status, (await raw.ReadAsync())!.Value.Status);
        Assert.Equal(status == 200 ? 1 : 0, (await sim.RetrieveAsync(id)).Ok().Json["number_of_parts"]!["sent"]!.GetValue<int>());
    }

    [Fact]
    public async Task A_body_that_never_ends_is_cut_off_after_a_minute()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(56));
        await using var sim = await Sim.StartAsync(o => o with { Time = time });
        var id = await sim.CreateAsync(parts: 1);
        using var raw = await RawHttp.ConnectAsync(sim.Address);
        var before = await BodyBytesAsync(sim);
        await raw.WriteAsync(RawHttp.SendHead(id, "multipart/form-data; boundary=b", 1_000_000));
        await raw.WriteAsync("--b\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nhello");
        await Eventually.HoldsAsync(async () => await BodyBytesAsync(sim) > before);
        time.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal(504, (await raw.ReadAsync())!.Value.Status);
        Assert.Null(await raw.ReadAsync());
    }

    [Theory]
    [InlineData("all", 504)]
    [InlineData("handling", 504)]
    [InlineData("off", 200)]
    public async Task Work_that_takes_longer_than_a_minute_is_done_and_answered_with_504(string limit, int status)
    {
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(56));
        await using var sim = await Sim.StartAsync(o => o with { Time = time });
        await sim.ScriptAsync($$"""{"switches":{"time_limit":"{{limit}}"},"rules":[{"endpoint":"append","delay_ms":70000}]}""");
        var id = await sim.UploadAsync();
        var append = sim.AppendAsync(id);
        await Eventually.HoldsAsync(async () => (await sim.AdminAsync("GET", "/_sim/stats")).Number("attachments") == 1);
        await Eventually.HoldsAsync(() => append.IsCompleted, time);
        Assert.Equal(status, (await append).Status);
    }

    /// <summary>Of all requests. The first byte of a body is counted when the request has begun, and with it its minute.</summary>
    private static async Task<long> BodyBytesAsync(Sim sim) => (await sim.AdminAsync("GET", "/_sim/stats")).Number("body_bytes");
}

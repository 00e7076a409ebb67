using Xunit;

namespace Sluice.Conformance.Simulator;

/// <summary>The simulator's own API.</summary>
public sealed class AdminTests
{
    [Fact]
    public async Task Stats_count_what_happened()
    {
        await using var sim = await Sim.StartAsync(o => o with { RequestsPerMinute = 5 });
        var id = await sim.UploadAsync(bytes: new byte[1000]);
        (await sim.AppendAsync(id)).Ok();
        (await sim.CallAsync("GET", "/v1/users/me", token: "bad")).Refused(401, "unauthorized");
        (await sim.RetrieveAsync(Guid.Empty.ToString())).Refused(404, "object_not_found");
        (await sim.CallAsync("GET", "/v1/users/me")).Ok();
        (await sim.CallAsync("GET", "/v1/users/me")).Refused(429, "rate_limited");
        var stats = (await sim.AdminAsync("GET", "/_sim/stats")).Ok();
        Assert.Equal(["requests", "answers", "faults", "body_bytes", "rate_refusals", "most_requests_in_a_minute", "uploads", "attachments", "profile", "now"], stats.Fields);
        Assert.Equal(
            """{"append 200":1,"auth 401":1,"create 200":1,"retrieve 404":1,"send 200":1,"users 200":1,"users 429":1}""",
            stats.Json["answers"]!.ToJsonString());
        Assert.Equal((6, 1, 6, 1, 1), ((int)stats.Number("requests"), (int)stats.Number("rate_refusals"), (int)stats.Number("most_requests_in_a_minute"), (int)stats.Number("uploads"), (int)stats.Number("attachments")));
        Assert.InRange(stats.Number("body_bytes"), 1000, 2000);
        Assert.Equal("calm", stats.Text("profile"));
    }

    [Fact]
    public async Task Uploads_are_described()
    {
        await using var sim = await Sim.StartAsync();
        var id = await sim.UploadAsync("a.txt", "hello"u8.ToArray());
        var one = (await sim.AdminAsync("GET", $"/_sim/uploads/{id.Replace("-", "", StringComparison.Ordinal)}")).Ok();
        Assert.Equal((id, "a.txt", "text/plain", "uploaded", 5), (one.Text("id"), one.Text("filename"), one.Text("content_type"), one.Text("status"), (int)one.Number("length")));
        Assert.Equal(Sim.Sha256("hello"u8.ToArray()), one.Text("sha256"));
        Assert.Equal($$"""[{"number":1,"length":5,"sha256":"{{Sim.Sha256("hello"u8.ToArray())}}","sends":1}]""", one.Json["parts"]!.ToJsonString());
        Assert.Equal(id, (await sim.AdminAsync("GET", "/_sim/uploads")).Json[0]!["id"]!.GetValue<string>());
        Assert.Equal(404, (await sim.AdminAsync("GET", $"/_sim/uploads/{Guid.Empty}")).Status);
        Assert.Equal(404, (await sim.AdminAsync("GET", "/_sim/nothing")).Status);
    }

    [Theory]
    [InlineData("rough")]
    [InlineData("\"rough\"")]
    [InlineData("{\"profile\":\"rough\"}")]
    public async Task The_profile_changes_while_it_runs(string body)
    {
        await using var sim = await Sim.StartAsync();
        Assert.Equal("rough", (await sim.AdminAsync("PUT", "/_sim/profile", body)).Ok().Text("profile"));
    }

    [Theory]
    [InlineData("PUT", "/_sim/profile", "wild", "There is no profile 'wild'; the profiles are calm, flaky, rough, outage, forgetful.")]
    [InlineData("PUT", "/_sim/profile", "{\"name\":\"calm\"}", "has no 'name'; it may have profile")]
    [InlineData("POST", "/_sim/clock", "soon", "'soon' is no time to move the clock ahead by")]
    [InlineData("POST", "/_sim/clock", "{\"advance\":\"-1s\"}", "'-1s' is no time")]
    [InlineData("POST", "/_sim/clock", "{\"advance\":7}", "'advance' must be a text")]
    [InlineData("POST", "/_sim/clock", "{", "The body is not JSON")]
    public async Task What_makes_no_sense_is_told_so(string method, string path, string body, string message)
    {
        await using var sim = await Sim.StartAsync();
        var reply = await sim.AdminAsync(method, path, body);
        Assert.Equal(400, reply.Status);
        Assert.Contains(message, reply.Text("error"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("500ms", 500)]
    [InlineData("90s", 90_000)]
    [InlineData("61m", 3_660_000)]
    [InlineData("1.5h", 5_400_000)]
    [InlineData("01:01:00", 3_660_000)]
    public async Task The_clock_goes_ahead(string by, int milliseconds)
    {
        await using var sim = await Sim.StartAsync(o => o with { Time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(DateTimeOffset.UnixEpoch) });
        Assert.Equal(DateTimeOffset.UnixEpoch.AddMilliseconds(milliseconds), (await sim.AdvanceAsync(by)).Ok().Json["now"]!.GetValue<DateTimeOffset>());
    }

    [Fact]
    public async Task Switches_change_one_by_one_and_rules_stay_where_none_are_given()
    {
        await using var sim = await Sim.StartAsync();
        await sim.ScriptAsync("""[{"endpoint":"users","status":500}]""");
        var reply = (await sim.ScriptAsync("""{"switches":{"plan":"business","late_expiry_ms":7}}""")).Ok();
        Assert.Single(reply.Json["rules"]!.AsArray());
        reply = (await sim.ScriptAsync("""{"switches":{"block_limit":true}}""")).Ok();
        Assert.Equal(
            """{"plan":"business","rate":"off","latency_ms":0,"bandwidth":0,"lifetime_ms":3600000,"late_expiry_ms":7,"not_ready_ms":0,"not_attachable_status":404,"block_limit":true,"count_resent_parts":false,"small_parts":"send","free_multi_part":false,"max_part_number":1000,"time_limit":"all","old_types":false,"bot_limits":true}""",
            reply.Json["switches"]!.ToJsonString());
        Assert.Empty((await sim.ScriptAsync("[]")).Ok().Json["rules"]!.AsArray());
    }

    [Fact]
    public async Task A_reset_puts_everything_back_but_the_clock()
    {
        await using var sim = await Sim.StartAsync();
        var id = await sim.UploadAsync();
        (await sim.AppendAsync(id)).Ok();
        await sim.AdminAsync("PUT", "/_sim/profile", "flaky");
        await sim.ScriptAsync("""{"switches":{"plan":"free"},"rules":[{"status":500}]}""");
        var now = (await sim.AdvanceAsync("2h")).Json["now"]!.GetValue<DateTimeOffset>();
        var stats = (await sim.AdminAsync("POST", "/_sim/reset")).Ok();
        Assert.Equal((0, 0, 0, "calm"), ((int)stats.Number("uploads"), (int)stats.Number("requests"), (int)stats.Number("attachments"), stats.Text("profile")));
        Assert.True(stats.Json["now"]!.GetValue<DateTimeOffset>() >= now);
        (await sim.RetrieveAsync(id)).Refused(404, "object_not_found");
        Assert.Empty((await sim.CallAsync("GET", $"/v1/blocks/{Sim.Page}/children")).Ok().Results);
        Assert.Equal("plus", (await sim.AdminAsync("GET", "/_sim/faults")).Json["switches"]!["plan"]!.GetValue<string>());
    }
}

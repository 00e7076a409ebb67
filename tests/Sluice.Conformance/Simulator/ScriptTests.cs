using System.Text.Json.Nodes;
using Xunit;

namespace Sluice.Conformance.Simulator;

/// <summary>Scripts: every kind of rule, changed while the simulator runs, and what is said of a wrong one.</summary>
public sealed class ScriptTests
{
    [Fact]
    public async Task A_rule_counts_its_requests_and_may_keep_the_work_at_some_of_them()
    {
        await using var sim = await Sim.StartAsync();
        await sim.ScriptAsync("""{"switches":{"small_parts":"complete"},"rules":[{"endpoint":"send","part":2,"times":4,"status":504,"kept":[3]}]}""");
        var id = await sim.CreateAsync(parts: 3);
        (await sim.SendAsync(id, "one"u8.ToArray(), 1)).Ok();
        for (var nth = 1; nth <= 4; nth++)
        {
            (await sim.SendAsync(id, "two"u8.ToArray(), 2)).Refused(504, "gateway_timeout");
            Assert.Equal(nth >= 3 ? 2 : 1, (await sim.RetrieveAsync(id)).Ok().Json["number_of_parts"]!["sent"]!.GetValue<int>());
        }

        (await sim.SendAsync(id, "two"u8.ToArray(), 2)).Ok();
        var faults = (await sim.AdminAsync("GET", "/_sim/faults")).Ok();
        Assert.Equal(4, faults.Json["rules"]![0]!["acted"]!.GetValue<int>());
        Assert.Equal("""{"504":3,"504-kept":1}""", (await sim.AdminAsync("GET", "/_sim/stats")).Json["faults"]!.ToJsonString());
    }

    [Theory]
    [InlineData("part", "503 200 503 200")]
    [InlineData("upload", "503 200 200 200")]
    public async Task A_rule_may_count_for_each_part_or_upload(string each, string statuses)
    {
        await using var sim = await Sim.StartAsync();
        await sim.ScriptAsync($$"""{"switches":{"small_parts":"complete"},"rules":[{"endpoint":"send","each":"{{each}}","times":1,"status":503}]}""");
        foreach (var name in new[] { "a.txt", "b.txt" })
        {
            var id = await sim.CreateAsync(name, 2);
            var met = new List<int>();
            foreach (var part in new[] { 1, 1, 2, 2 })
            {
                met.Add((await sim.SendAsync(id, "x"u8.ToArray(), part)).Status);
            }

            Assert.Equal(statuses, string.Join(' ', met));
        }
    }

    [Fact]
    public async Task A_rule_may_be_about_one_upload_or_name_and_pass_over_the_first_requests()
    {
        await using var sim = await Sim.StartAsync();
        await sim.ScriptAsync("""[{"endpoint":"create","filename":"b.txt","times":1,"status":500},{"endpoint":"send","upload":2,"skip":1,"times":1,"status":502}]""");
        var first = await sim.CreateAsync("a.txt", 1);
        (await sim.CallAsync("POST", "/v1/file_uploads", """{"filename":"b.txt"}""")).Refused(500, "internal_server_error", "Unexpected error occurred.");
        var second = await sim.CreateAsync("b.txt", 1);
        foreach (var (id, statuses) in new[] { (first, new[] { 200, 200, 200 }), (second, [200, 502, 200]) })
        {
            foreach (var status in statuses)
            {
                Assert.Equal(status, (await sim.SendAsync(id, "x"u8.ToArray(), 1)).Status);
            }
        }
    }

    [Theory]
    [InlineData("public_api_request_rate_limit")]
    [InlineData("public_api_space_request_rate_limit")]
    [InlineData("public_api_endpoint_rate_limit")]
    [InlineData("public_api_request_blocked")]
    public async Task A_429_may_have_any_reason(string reason)
    {
        await using var sim = await Sim.StartAsync();
        await sim.ScriptAsync($$"""[{"endpoint":"users","status":429,"retry_after":631,"reason":"{{reason}}"}]""");
        var reply = (await sim.CallAsync("GET", "/v1/users/me")).Refused(429, "rate_limited");
        Assert.Equal(("631", $$"""{"rate_limit_reason":"{{reason}}","retry_after":"631"}"""), (reply.RetryAfter, reply.Json["additional_data"]!.ToJsonString()));
    }

    [Theory]
    [InlineData(400, "validation_error")]
    [InlineData(401, "unauthorized")]
    [InlineData(403, "restricted_resource")]
    [InlineData(404, "object_not_found")]
    [InlineData(409, "conflict_error")]
    [InlineData(500, "internal_server_error")]
    [InlineData(502, "bad_gateway")]
    [InlineData(503, "service_unavailable")]
    [InlineData(504, "gateway_timeout")]
    [InlineData(529, "service_overload")]
    public async Task Every_status_has_its_code(int status, string code)
    {
        await using var sim = await Sim.StartAsync();
        await sim.ScriptAsync($$"""[{"endpoint":"retrieve","times":1,"status":{{status}}},{"endpoint":"retrieve","status":{{status}},"code":"other_code","message":"Because."}]""");
        var id = await sim.CreateAsync();
        Assert.Equal(status == 529 ? "1" : null, (await sim.RetrieveAsync(id)).Refused(status, code).RetryAfter);
        (await sim.RetrieveAsync(id)).Refused(status, "other_code", "Because.");
    }

    [Theory]
    [InlineData(502)]
    [InlineData(403)]
    public async Task An_edges_page_is_HTML_with_a_ray_and_no_request_id(int status)
    {
        await using var sim = await Sim.StartAsync();
        await sim.ScriptAsync($$"""[{"endpoint":"create","status":{{status}},"html":true}]""");
        var reply = await sim.CallAsync("POST", "/v1/file_uploads", """{"filename":"a.txt"}""");
        Assert.Equal((status, false, true), (reply.Status, reply.HasRequestId, reply.HasRay));
        Assert.StartsWith("text/html", reply.ContentType, StringComparison.Ordinal);
        Assert.StartsWith("<html>", reply.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_write_may_be_saved_and_answer_503_that_says_so()
    {
        await using var sim = await Sim.StartAsync();
        await sim.ScriptAsync("""[{"status":503,"kept":true,"guidance":true}]""");
        await sim.ScriptAsync("""{"rules":[]}""");
        var id = await sim.UploadAsync();
        var multi = await sim.CreateAsync("b.txt", 1);
        (await sim.SendAsync(multi, "x"u8.ToArray(), 1)).Ok();
        await sim.ScriptAsync("""[{"status":503,"kept":true,"guidance":true}]""");

        var complete = Guidance(await sim.CompleteAsync(multi));
        var append = Guidance(await sim.AppendAsync(id));
        var page = Guidance(await sim.CallAsync("POST", "/v1/pages", $$$"""{"parent":{"data_source_id":"{{{Sim.DataSource}}}"},"properties":{}}"""));
        await sim.ScriptAsync("[]");
        Assert.Equal((multi, "uploaded"), (complete["committed_resource_id"]!.GetValue<string>(), (await sim.RetrieveAsync(multi)).Text("status")));
        Assert.Equal(Sim.Page, append["committed_resource_id"]!.GetValue<string>());
        var block = (await sim.CallAsync("GET", $"/v1/blocks/{Sim.Page}/children")).Ok().Results.Single()!["id"]!.GetValue<string>();
        Assert.Equal([block], append["committed_child_ids"]!.AsArray().Select(c => c!.GetValue<string>()));
        (await sim.CallAsync("GET", $"/v1/pages/{page["committed_resource_id"]}")).Ok();
    }

    [Fact]
    public async Task A_write_that_would_be_refused_is_refused_and_not_made_up()
    {
        await using var sim = await Sim.StartAsync();
        await sim.ScriptAsync("""[{"endpoint":"append","status":503,"kept":true,"guidance":true}]""");
        (await sim.AppendAsync(await sim.CreateAsync())).Refused(404, "object_not_found");
    }

    [Fact]
    public async Task An_append_may_be_saved_and_its_connection_dropped()
    {
        await using var sim = await Sim.StartAsync();
        await sim.ScriptAsync("""[{"endpoint":"append","times":1,"kept":true,"reset_after":0}]""");
        var id = await sim.UploadAsync();
        await Assert.ThrowsAsync<HttpRequestException>(() => sim.AppendAsync(id));
        Assert.Null((await sim.RetrieveAsync(id)).Json["expiry_time"]);
        Assert.Single((await sim.CallAsync("GET", $"/v1/blocks/{Sim.Page}/children")).Ok().Results);
    }

    [Fact]
    public async Task An_upload_may_be_forgotten_at_a_request()
    {
        await using var sim = await Sim.StartAsync();
        await sim.ScriptAsync("""[{"endpoint":"complete","forget":true}]""");
        var id = await sim.CreateAsync(parts: 1);
        (await sim.SendAsync(id, "x"u8.ToArray(), 1)).Ok();
        (await sim.CompleteAsync(id)).Invalid("expired");
        Assert.Equal("expired", (await sim.RetrieveAsync(id)).Text("status"));
    }

    [Fact]
    public async Task A_connection_may_break_in_the_middle_of_a_body()
    {
        await using var sim = await Sim.StartAsync();
        await sim.ScriptAsync("""[{"endpoint":"send","times":1,"reset_after":300000}]""");
        var id = await sim.CreateAsync(parts: 1);
        using var raw = await RawHttp.ConnectAsync(sim.Address);
        await raw.WriteAsync(RawHttp.SendHead(id, "multipart/form-data; boundary=b", 50_000_000));
        await raw.WriteAsync("--b\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\n");
        Assert.InRange(await raw.PushAsync(49_000_000), 300_000, 40_000_000);
        Assert.Null(await raw.ReadAsync());
        Assert.InRange((await sim.AdminAsync("GET", "/_sim/stats")).Number("body_bytes"), 300_000, 450_000);
        (await sim.SendAsync(id, "x"u8.ToArray(), 1)).Ok();
    }

    [Theory]
    [InlineData(429)]
    [InlineData(413)]
    public async Task A_send_may_be_refused_while_its_body_is_still_coming(int status)
    {
        await using var sim = await Sim.StartAsync();
        await sim.ScriptAsync($$"""[{"endpoint":"send","times":1,"status":{{status}},"refuse_after":100000}]""");
        var id = await sim.CreateAsync(parts: 1);
        using var raw = await RawHttp.ConnectAsync(sim.Address);
        await raw.WriteAsync(RawHttp.SendHead(id, "multipart/form-data; boundary=b", 50_000_000));
        await raw.WriteAsync("--b\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\n");
        await raw.WriteAsync(new byte[150_000]);
        var answer = await raw.ReadAsync();
        Assert.Equal(status, answer!.Value.Status);
        Assert.Contains("Connection: close", answer.Value.Head, StringComparison.OrdinalIgnoreCase);
        Assert.True(await raw.PushAsync(49_000_000) < 40_000_000); // it is not read on
        Assert.InRange((await sim.AdminAsync("GET", "/_sim/stats")).Number("body_bytes"), 100_000, 200_000);
        (await sim.SendAsync(id, "x"u8.ToArray(), 1)).Ok();
    }

    [Fact]
    public async Task A_send_may_be_read_and_never_answered()
    {
        await using var sim = await Sim.StartAsync();
        await sim.ScriptAsync("""[{"endpoint":"send","times":1,"hang":true}]""");
        var id = await sim.CreateAsync(parts: 1);
        using (var raw = await RawHttp.ConnectAsync(sim.Address))
        {
            var body = await Sim.Form(new byte[1_000_000], "1").ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
            await raw.WriteAsync(RawHttp.SendHead(id, "multipart/form-data; boundary=b", body.Length));
            await raw.WriteAsync(body);
            var answer = raw.ReadAsync();
            while ((await sim.AdminAsync("GET", "/_sim/stats")).Json["faults"]!["hang"] is null)
            {
                Assert.False(answer.IsCompleted);
            }
        }

        Assert.Equal(0, (await sim.RetrieveAsync(id)).Ok().Json["number_of_parts"]!["sent"]!.GetValue<int>());
        (await sim.SendAsync(id, "x"u8.ToArray(), 1)).Ok();
    }

    private static JsonNode Guidance(Reply reply)
    {
        var data = reply.Refused(503, "service_unavailable").Json["additional_data"]!;
        Assert.Equal("55000", data["deadline_ms"]!.GetValue<string>());
        Assert.NotEmpty(data["from"]!.GetValue<string>());
        Assert.NotEmpty(data["elapsed_ms"]!.GetValue<string>());
        Assert.All(data["retry_guidance"]!.AsArray(), sentence => Assert.NotEmpty(sentence!.GetValue<string>()));
        return data;
    }
}

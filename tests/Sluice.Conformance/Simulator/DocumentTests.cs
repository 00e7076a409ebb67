using System.Text.RegularExpressions;
using Xunit;

namespace Sluice.Conformance.Simulator;

/// <summary>docs/simulator.md: every example is run and does what the sentence before it says, and every name in it is one that there is.</summary>
public sealed partial class DocumentTests
{
    private static readonly string Text = Read("simulator.md");
    private static readonly string[] Examples = [.. JsonBlock().Matches(Text).Select(m => m.Groups["script"].Value)];

    [Fact]
    public void Every_example_has_a_test() => Assert.Equal(7, Examples.Length);

    [Fact]
    public async Task Part_3_answers_504_four_times_and_is_kept_the_third_time()
    {
        await using var sim = await ScriptedAsync(0);
        var id = await sim.CreateAsync(parts: 3);
        var sent = new List<int>();
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(i < 4 ? 504 : 200, (await sim.SendAsync(id, "x"u8.ToArray(), 3)).Status);
            sent.Add((await sim.RetrieveAsync(id)).Json["number_of_parts"]!["sent"]!.GetValue<int>());
        }

        Assert.Equal([0, 0, 1, 1, 1], sent);
    }

    [Fact]
    public async Task Complete_saves_and_answers_503_with_guidance_once()
    {
        await using var sim = await ScriptedAsync(1);
        var id = await SentAsync(sim);
        var reply = (await sim.CompleteAsync(id)).Refused(503, "service_unavailable");
        Assert.NotEmpty(reply.Json["additional_data"]!["retry_guidance"]!.AsArray());
        Assert.Equal("uploaded", (await sim.RetrieveAsync(id)).Text("status"));
        (await sim.CompleteAsync(id)).Invalid();
    }

    [Fact]
    public async Task An_append_is_saved_and_its_connection_dropped()
    {
        await using var sim = await ScriptedAsync(2);
        var id = await sim.UploadAsync();
        await Assert.ThrowsAsync<HttpRequestException>(() => sim.AppendAsync(id));
        Assert.Single((await sim.AdminAsync("GET", $"/_sim/uploads/{id}")).Json["attachments"]!.AsArray());
    }

    [Fact]
    public async Task The_first_try_breaks_off_in_one_upload_and_meets_the_edge_in_another()
    {
        await using var sim = await ScriptedAsync(3);
        var first = await sim.CreateAsync("a.txt", 1);
        await Assert.ThrowsAsync<HttpRequestException>(() => sim.SendAsync(first, new byte[10_000_000], 1));
        (await sim.SendAsync(first, new byte[1_000_000], 1)).Ok();
        var second = await sim.CreateAsync("b.txt", 2);
        foreach (var part in new[] { 1, 2 })
        {
            var edge = await sim.SendAsync(second, new byte[Sim.MinPart], part);
            Assert.Equal((502, "text/html; charset=UTF-8"), (edge.Status, edge.ContentType));
            (await sim.SendAsync(second, new byte[Sim.MinPart], part)).Ok();
        }
    }

    [Fact]
    public async Task The_workspace_as_a_whole_has_had_enough()
    {
        await using var sim = await ScriptedAsync(4);
        foreach (var token in new[] { "ntn_a", "ntn_b" })
        {
            var reply = (await sim.CallAsync("GET", "/v1/users/me", token: token)).Refused(429, "rate_limited");
            Assert.Equal(("600", "public_api_space_request_rate_limit"), (reply.RetryAfter, reply.Json["additional_data"]!["rate_limit_reason"]!.GetValue<string>()));
        }
    }

    [Fact]
    public async Task Sends_are_refused_while_their_body_is_coming_and_the_second_complete_hangs()
    {
        await using var sim = await ScriptedAsync(5);
        var id = await sim.CreateAsync(parts: 1);
        using (var raw = await RawHttp.ConnectAsync(sim.Address))
        {
            await raw.WriteAsync(RawHttp.SendHead(id, "multipart/form-data; boundary=b", 50_000_000));
            await raw.WriteAsync("--b\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\n");
            await raw.WriteAsync(new byte[150_000]);
            Assert.Equal(413, (await raw.ReadAsync())!.Value.Status);
        }

        (await sim.SendAsync(id, "x"u8.ToArray(), 1)).Ok();
        (await sim.CompleteAsync(id)).Ok();
        var hangs = sim.CompleteAsync(id);
        while ((await sim.AdminAsync("GET", "/_sim/stats")).Json["faults"]!["hang"] is null)
        {
            Assert.False(hangs.IsCompleted);
        }

        (await sim.CompleteAsync(id)).Invalid();
        await sim.DisposeAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => hangs);
    }

    [Fact]
    public async Task An_upload_is_forgotten_and_Notion_is_slow_to_see_what_was_uploaded()
    {
        await using var sim = await ScriptedAsync(6);
        (await sim.CompleteAsync(await SentAsync(sim))).Invalid("expired");
        var id = await SentAsync(sim);
        (await sim.CompleteAsync(id)).Ok();
        (await sim.AppendAsync(id)).Refused(400, "object_not_found");
        await sim.AdvanceAsync("1500ms");
        (await sim.AppendAsync(id)).Ok();
    }

    [Fact]
    public async Task Every_endpoint_field_and_switch_that_there_is_is_in_the_tables()
    {
        await using var sim = await Sim.StartAsync();
        foreach (var (script, list) in new[] { ("""[{"x":1}]""", "it may have "), ("""{"switches":{"x":1}}""", "it may have "), ("""[{"endpoint":"x","status":500}]""", "one of ") })
        {
            var error = (await sim.AdminAsync("PUT", "/_sim/faults", script)).Text("error");
            var names = error[(error.IndexOf(list, StringComparison.Ordinal) + list.Length)..].Split(", and is")[0].TrimEnd('.').Split(", ");
            Assert.True(names.Length > 10, error);
            Assert.All(names, name => Assert.Contains($"`{name}`", Text, StringComparison.Ordinal));
        }

        var switches = (await sim.AdminAsync("GET", "/_sim/faults")).Json["switches"]!.AsObject();
        Assert.Equal(16, switches.Count);
    }

    private static async Task<Sim> ScriptedAsync(int example)
    {
        var sim = await Sim.StartAsync();
        await sim.ScriptAsync(Examples[example]);
        return sim;
    }

    private static async Task<string> SentAsync(Sim sim)
    {
        var id = await sim.CreateAsync(parts: 1);
        (await sim.SendAsync(id, "x"u8.ToArray(), 1)).Ok();
        return id;
    }

    private static string Read(string name)
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Sluice.slnx")))
        {
            folder = Path.GetDirectoryName(folder)!;
        }

        return File.ReadAllText(Path.Combine(folder, "docs", name));
    }

    [GeneratedRegex("```json\n(?<script>.*?)```", RegexOptions.Singleline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex JsonBlock();
}

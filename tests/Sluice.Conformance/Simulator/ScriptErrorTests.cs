using Sluice.Simulator;
using Xunit;

namespace Sluice.Conformance.Simulator;

/// <summary>What is said of a script that is wrong: what, where, and what is allowed; at the start and over HTTP.</summary>
public sealed class ScriptErrorTests
{
    public static TheoryData<string, string> Wrong => new()
    {
        { "[{]", "The script is not JSON: line 1, character 3" },
        { "7", "The script (an array of rules, or an object) must be an object" },
        { """{"rule":[]}""", "has no 'rule'; it may have rules, switches." },
        { """{"rules":{}}""", "rules must be an array" },
        { "[7]", "Rule 1 must be an object such as {\"endpoint\": …}, and is 7." },
        { """[{"status":500},{"stauts":500}]""", "Rule 2 has no 'stauts'; it may have endpoint, part, upload," },
        { """[{"status":500,"endpoint":"sned"}]""", "Rule 1: 'endpoint' must be one of create, send, complete," },
        { """[{"status":418}]""", "'status' must be one of 400, 401, 403," },
        { """[{"status":"500"}]""", "'status' must be a whole number from 400 to 599, and is \"500\"." },
        { """[{"part":0,"status":500}]""", "'part' must be a whole number from 1 to 10000" },
        { """[{"status":500,"status":501}]""", "The script is not JSON" },
        { """[{"endpoint":"send"}]""", "Rule 1: it does nothing; give it status, reset_after, hang, delay_ms or forget." },
        { """[{"status":500,"hang":true}]""", "hang answers nothing" },
        { """[{"status":500,"reset_after":0}]""", "reset_after answers nothing" },
        { """[{"refuse_after":1,"delay_ms":1}]""", "refuse_after needs a status" },
        { """[{"refuse_after":1,"status":429,"kept":true}]""", "does not go with kept" },
        { """[{"status":503,"guidance":true}]""", "guidance tells of a write that was saved" },
        { """[{"status":503,"kept":"yes"}]""", "'kept' must be true or false" },
        { """[{"status":503,"kept":[0]}]""", "'kept' must be true, false or an array of whole numbers from 1" },
        { """[{"status":503,"reason":"public_api_request_blocked"}]""", "reason goes with status 429" },
        { """[{"status":429,"reason":"because"}]""", "'reason' must be one of public_api_request_rate_limit," },
        { """[{"endpoint":"create","part":1,"status":500}]""", "only the endpoint send has parts" },
        { """[{"delay_ms":5,"html":true}]""", "so they need a status" },
        { """{"switches":{"plan":"gold"}}""", "switches: 'plan' must be one of free, plus, business, and is \"gold\"." },
        { """{"switches":{"speed":1}}""", "switches has no 'speed'; it may have plan, rate," },
        { """{"switches":{"rate":0}}""", "'rate' must be a whole number from 1" },
        { """{"switches":{"rate":"fast"}}""", "'rate' must be one of plan, off" },
        { """{"switches":{"not_attachable_status":500}}""", "'not_attachable_status' must be 400 or 404" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task A_wrong_script_changes_nothing_and_is_told_what_is_wrong(string script, string message)
    {
        await using var sim = await Sim.StartAsync();
        await sim.ScriptAsync("""[{"endpoint":"users","status":500}]""");
        var reply = await sim.AdminAsync("PUT", "/_sim/faults", script);
        Assert.Equal(400, reply.Status);
        Assert.Contains(message, reply.Text("error"), StringComparison.Ordinal);
        (await sim.CallAsync("GET", "/v1/users/me")).Refused(500, "internal_server_error");
    }

    [Fact]
    public async Task A_wrong_script_ends_the_start_and_leaves_nothing_behind()
    {
        var folder = Directory.CreateTempSubdirectory("sluice-script-").FullName;
        try
        {
            var file = Path.Combine(folder, "script.json");
            await File.WriteAllTextAsync(file, """[{"stauts":500}]""", TestContext.Current.CancellationToken);
            var options = new SimulatorOptions { Listen = "http://127.0.0.1:0", Script = file, Store = Path.Combine(folder, "store") };
            var error = await Assert.ThrowsAsync<FormatException>(() => SimulatorHost.StartAsync(options, TestContext.Current.CancellationToken));
            Assert.Contains("Rule 1 has no 'stauts'", error.Message, StringComparison.Ordinal);
            Assert.Contains(file, error.Message, StringComparison.Ordinal);
            Assert.False(Directory.Exists(options.Store));
            await Assert.ThrowsAsync<FileNotFoundException>(() => SimulatorHost.StartAsync(options with { Script = file + "x" }, TestContext.Current.CancellationToken));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task A_script_of_the_start_acts_from_the_start_and_again_after_a_reset()
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, """
                // a comment is no harm
                {"switches":{"plan":"free"},"rules":[{"endpoint":"users","times":1,"status":503},]}
                """, TestContext.Current.CancellationToken);
            await using var sim = await Sim.StartAsync(o => o with { Script = file });
            for (var round = 0; round < 2; round++)
            {
                (await sim.CallAsync("GET", "/v1/users/me")).Refused(503, "service_unavailable");
                Assert.Equal(5_242_880, (await sim.CallAsync("GET", "/v1/users/me")).Ok().Json["bot"]!["workspace_limits"]!["max_file_upload_size_in_bytes"]!.GetValue<long>());
                await sim.ScriptAsync("""{"switches":{"plan":"plus"},"rules":[]}""");
                (await sim.AdminAsync("POST", "/_sim/reset")).Ok();
            }
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData("ftp://127.0.0.1:0", "calm", "plus")]
    [InlineData("http://somewhere:0", "calm", "plus")]
    [InlineData("http://127.0.0.1:0", "wild", "plus")]
    [InlineData("http://127.0.0.1:0", "calm", "gold")]
    public async Task Options_that_there_are_not_end_the_start(string listen, string profile, string plan) =>
        await Assert.ThrowsAsync<ArgumentException>(() => SimulatorHost.StartAsync(new SimulatorOptions { Listen = listen, Profile = profile, Plan = plan }, TestContext.Current.CancellationToken));
}

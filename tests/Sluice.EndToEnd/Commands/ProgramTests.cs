using System.Text.Json;
using System.Text.RegularExpressions;
using Sluice.EndToEnd.Running;

namespace Sluice.EndToEnd.Commands;

/// <summary>The program around uploads: help, version, completion, usage errors, doctor, simulate, demo.</summary>
public sealed class ProgramTests
{
    [Fact]
    public async Task Help_version_and_completion()
    {
        await using var place = await Place.OpenAsync();
        Assert.Contains("Commands:", (await place.RunAsync("--help")).Exits(0).Out, StringComparison.Ordinal);
        Assert.Matches(@"^\d+\.\d+\.\d+", (await place.RunAsync("--version")).Exits(0).Out);
        Assert.Equal("upload\n", (await place.StartExactly("[suggest]", "upl").EndAsync()).Exits(0).Out);
        Assert.Contains("--skip-done\n", (await place.StartExactly("[suggest:11]", "upload --sk").EndAsync()).Exits(0).Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "Required command")]
    [InlineData("uplaod a.txt", "There is no command 'uplaod'")]
    [InlineData("upload", "'PATH'")]
    [InlineData("upload --to", "'--to'")]
    [InlineData("upload a.txt --caption", "'--caption'")]
    [InlineData("simulate --seed many --profile stormy --plan huge --rate x --latency y --bandwidth z --listen nowhere --script none", "--seed", "--profile stormy", "--plan huge", "--rate x", "--latency y", "--bandwidth z", "--listen nowhere", "--script none")]
    [InlineData("demo --size 0", "--size 0")]
    [InlineData("list extra", "extra")]
    public async Task Usage_errors_end_with_2_and_say_where_help_is(string arguments, params string[] says)
    {
        await using var place = await Place.OpenAsync();
        (await place.StartExactly(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries)).EndAsync()).Exits(2).Says("--help").Says(says);
    }

    [Fact]
    public async Task Doctor_shows_what_it_found()
    {
        await using var place = await Place.OpenAsync();
        var ended = (await place.RunAsync("doctor")).Exits(0);
        foreach (var line in new[] { "Notion ", "Token          from NOTION_TOKEN", "Connection     Simulated connection in Simulated workspace", "Largest file   5,368,709,120 bytes", "Round trip ", "Clock ", $"State folder   {place.Data}", "Memory limit ", "CPU quota ", "Profile ", "Retry:MaxAttempts" })
        {
            Assert.Contains(line, ended.Out, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Demo_proves_itself_and_leaves()
    {
        await using var place = await Place.OpenAsync();
        place.Variables.Clear();
        place.Variables["TMPDIR"] = place.Root;
        var ended = (await place.RunAsync("demo", "--exit", "--size", "16MiB")).Exits(0);
        Assert.Contains("Proved: 16,777,216 bytes arrived whole", ended.Out, StringComparison.Ordinal);
        Assert.Contains("attached once", ended.Out, StringComparison.Ordinal);
        Assert.Matches(@"Gateway:   http://127\.0\.0\.1:\d+ ", ended.Out);
        Assert.Matches(@"Simulator: http://127\.0\.0\.1:\d+ ", ended.Out);
        Assert.Empty(Directory.GetDirectories(place.Root, "sluice-*"));
    }

    [Fact]
    public async Task Simulate_serves_an_upload_until_Ctrl_C()
    {
        await using var place = await Place.OpenAsync();
        var path = place.Write("a.txt", 6 << 20);
        var simulator = place.StartExactly("simulate", "--listen", "http://127.0.0.1:0", "--profile", "flaky", "--seed", "5", "--plan", "business", "--rate", "off", "--latency", "5ms");
        await Bounds.UntilAsync(() => Task.FromResult(simulator.Out.Contains("_sim/stats", StringComparison.Ordinal) || simulator.IsOver), () => simulator.Out + simulator.Error);
        var address = Regex.Match(simulator.Out, @"http://127\.0\.0\.1:\d+", RegexOptions.None, TimeSpan.FromSeconds(1)).Value;
        using var notion = new NotionSide(new Uri(address));

        var line = (await place.RunAsync("upload", path, "--to", Place.Page, "--notion-url", address, "--json")).Exits(0).Line;

        Assert.Equal(Place.Sha256(path), (await notion.UploadAsync(line.GetProperty("file_upload_id").GetString()!)).GetProperty("sha256").GetString());
        simulator.Send(Signal.Interrupt);
        (await simulator.EndAsync()).Exits(0);
    }

    [Fact]
    public async Task A_dry_run_says_what_would_be_done_and_sends_nothing()
    {
        await using var place = await Place.OpenAsync();
        place.Write("a.txt", 25 << 20);
        place.Write("tool.exe", 10);
        Assert.Equal(
            "a.txt: a.txt, text/plain, 26214400 bytes in 5 parts of 5.0 MiB, 8 requests, at least 8.1 s at this rate, to " + Place.Page + "\n",
            (await place.RunAsync("upload", "a.txt", "--dry-run", "--part-size", "5MiB", "--rate", "60", "--to", Place.Page)).Exits(0).Out);
        var ended = (await place.RunAsync("upload", "a.txt", "tool.exe", "--dry-run", "--json")).Exits(4);
        Assert.Equal(["file", "name", "content_type", "bytes", "parts", "part_size", "requests", "least_seconds", "target", "error"], ended.Lines[0].EnumerateObject().Select(f => f.Name));
        Assert.Equal("type_refused", ended.Lines[1].GetProperty("error").GetProperty("code").GetString());
        Assert.Empty(await place.Notion.UploadsAsync());
        Assert.Equal(0, await place.Notion.BodyBytesAsync());
    }

    [Fact]
    public async Task The_line_of_JSON_has_every_field()
    {
        await using var place = await Place.OpenAsync();
        place.Write("a.txt", 10);
        place.Write("empty.txt", 0);
        var ended = (await place.RunAsync("upload", "a.txt", "empty.txt", "--json")).Exits(4);
        string[] fields = ["file", "upload_id", "file_upload_id", "status", "bytes", "parts", "sha256", "seconds", "bytes_sent", "retries", "resumed_from", "target", "attached", "expires", "error"];
        Assert.All(ended.Lines, l => Assert.Equal(fields, l.EnumerateObject().Select(f => f.Name)));
        var refused = ended.Lines.Single(l => l.GetProperty("status").GetString() == "refused");
        foreach (var unknown in new[] { "upload_id", "file_upload_id", "parts", "sha256", "attached", "expires" })
        {
            Assert.Equal(JsonValueKind.Null, refused.GetProperty(unknown).ValueKind);
        }
    }

    [Fact]
    public async Task Quiet_says_nothing_but_results_and_errors()
    {
        await using var place = await Place.OpenAsync();
        place.Write("dir/a.txt", 10);
        place.Write("dir/.hidden.txt", 10);
        var ended = (await place.RunAsync("upload", "dir", "--quiet")).Exits(0);
        Assert.StartsWith("dir/a.txt: done", ended.Out, StringComparison.Ordinal);
        Assert.Empty(ended.Error);
        place.Write("empty.txt", 0);
        Assert.Single((await place.RunAsync("upload", "empty.txt", "-q")).Exits(4).Error.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task A_limit_of_bytes_a_second_holds()
    {
        await using var place = await Place.OpenAsync();
        var path = place.Write("a.txt", 12 << 20);
        var line = (await place.RunAsync("upload", path, "--to", Place.Page, "--limit-rate", "4MiB", "--json")).Exits(0).Line;
        await Proof.ArrivedAsync(place, path, line);
        Assert.True(line.GetProperty("seconds").GetDouble() > 1.5, $"12 MiB at 4 MiB/s in {line.GetProperty("seconds")} s.");
    }
}

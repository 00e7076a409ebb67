using System.Diagnostics;
using Sluice.EndToEnd.Running;
using Sluice.Simulator;

namespace Sluice.EndToEnd.Uploads;

/// <summary>Ctrl-C once and twice, and SIGTERM.</summary>
public sealed class SignalTests
{
    [Theory]
    [InlineData(Signal.Interrupt)]
    [InlineData(Signal.Terminate)]
    internal async Task Once_stops_at_a_safe_point_and_says_how_to_go_on(Signal signal)
    {
        await using var place = await Place.OpenAsync(new SimulatorOptions { RequestsPerMinute = 0, Bandwidth = 8 << 20 });
        var path = place.Write("my film.txt", 64 << 20);
        var running = place.Start("upload", path, "--to", Place.Page, "--part-size", "5MiB");
        await Bounds.UntilAsync(async () => await place.Notion.AnswersAsync("send 200") > 0, () => running.Error);

        running.Send(signal);

        var ended = (await running.EndAsync()).Exits(3).Says("stopping at a safe point", "Ctrl-C again", "[interrupted]", $"go on with: sluice upload '{path}' --to {Place.Page} --part-size 5MiB");
        Assert.Empty(ended.Out);

        // What was on its way arrived and is written down: the run that goes on sends no part twice.
        var there = (await place.Notion.UploadsAsync()).Single().GetProperty("parts_sent").GetInt32();
        var listed = (await place.RunAsync("list", "--json")).Exits(0).Line;
        Assert.Equal("interrupted", listed.GetProperty("state").GetString());
        Assert.Equal(there, listed.GetProperty("parts").GetProperty("acknowledged").GetInt32());
        var resumed = (await place.RunAsync("resume", "--all", "--json")).Exits(0).Line;
        Assert.Equal(there * (5L << 20), resumed.GetProperty("resumed_from").GetInt64());
        await Proof.ArrivedAsync(place, path, resumed);
        var upload = Assert.Single(await place.Notion.UploadsAsync());
        Assert.Equal(upload.GetProperty("parts_sent").GetInt32(), upload.GetProperty("sends").GetInt32());
    }

    [Fact]
    public async Task Twice_stops_now()
    {
        await using var place = await Place.OpenAsync();
        var path = place.Write("film.txt", 12 << 20);

        // Every send is read and never answered: a safe point does not come within the grace of 8 s.
        await place.Notion.FaultsAsync("""[{"endpoint":"send","hang":true}]""");
        var running = place.Start("upload", path, "--to", Place.Page, "--set", "Timeouts:Response=60s", "--set", "Timeouts:Total=120s");
        await Bounds.UntilAsync(async () => await place.Notion.BodyBytesAsync() > 12 << 20, () => running.Error);

        running.Send(Signal.Interrupt);
        await running.SaysAsync("Ctrl-C again to stop now");
        var pressed = Stopwatch.GetTimestamp();
        running.Send(Signal.Interrupt);

        (await running.EndAsync()).Exits(3).Says("go on with: sluice upload");
        Assert.True(Stopwatch.GetElapsedTime(pressed) < TimeSpan.FromSeconds(6), $"It took {Stopwatch.GetElapsedTime(pressed)}.");
        await place.Notion.FaultsAsync("[]");
        var ended = (await place.RunAsync("upload", path, "--to", Place.Page, "--json")).Exits(0);
        await Proof.ArrivedAsync(place, path, ended.Line);
    }

    [Fact]
    public async Task Interrupted_in_json_every_path_has_its_line()
    {
        await using var place = await Place.OpenAsync(new SimulatorOptions { RequestsPerMinute = 0, Bandwidth = 2 << 20 });
        var paths = Enumerable.Range(1, 6).Select(n => place.Write($"film-{n}.txt", 8 << 20, n)).ToArray();
        var running = place.Start(["upload", .. paths, "--to", Place.Page, "--json"]);
        await Bounds.UntilAsync(async () => await place.Notion.BodyBytesAsync() > 0, () => running.Error);

        running.Send(Signal.Interrupt);

        var ended = (await running.EndAsync()).Exits(3);
        Assert.Equal(paths.Order(), ended.Lines.Select(l => l.GetProperty("file").GetString()!).Order());
        Assert.All(ended.Lines, l => Assert.Contains(l.GetProperty("status").GetString(), new[] { "interrupted", "done" }));
        var resumed = (await place.RunAsync(["upload", .. paths, "--to", Place.Page, "--json", "--skip-done"])).Exits(0);
        Assert.Equal(6, resumed.Lines.Count);
        Assert.Equal(paths.Select(Path.GetFileName), (await place.Notion.BlocksAsync()).Select(b => b.GetProperty("file").GetProperty("name").GetString()));
    }
}

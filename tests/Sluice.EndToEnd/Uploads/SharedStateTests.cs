using Sluice.EndToEnd.Running;
using Sluice.Simulator;

namespace Sluice.EndToEnd.Uploads;

/// <summary>Two processes on one state folder.</summary>
public sealed class SharedStateTests
{
    [Fact]
    public async Task One_upload_is_moved_by_one_process_and_the_other_says_so()
    {
        await using var place = await Place.OpenAsync(new SimulatorOptions { RequestsPerMinute = 0, Bandwidth = 4 << 20 });
        var path = place.Write("film.txt", 24 << 20);
        var first = place.Start("upload", path, "--to", Place.Page, "--json");
        await Bounds.UntilAsync(async () => await place.Notion.BodyBytesAsync() > 0, () => first.Error);

        var second = (await place.RunAsync("upload", path, "--to", Place.Page, "--json")).Exits(3).Says("is moving this upload", "[locked]");

        Assert.Equal("interrupted", second.Line.GetProperty("status").GetString());
        Assert.Equal("locked", second.Line.GetProperty("error").GetProperty("code").GetString());
        var ended = (await first.EndAsync()).Exits(0);
        Assert.Equal(ended.Line.GetProperty("upload_id").GetString(), second.Line.GetProperty("upload_id").GetString());
        await Proof.ArrivedAsync(place, path, ended.Line);
        Assert.Single(await place.Notion.UploadsAsync());
    }

    [Fact]
    public async Task Started_in_the_same_instant_they_make_one_upload()
    {
        await using var place = await Place.OpenAsync(new SimulatorOptions { RequestsPerMinute = 0, Bandwidth = 3 << 20 });
        var path = place.Write("film.txt", 12 << 20);
        RunningProgram[] both = [place.Start("upload", path, "--to", Place.Page, "--json"), place.Start("upload", path, "--to", Place.Page, "--json")];

        var ended = await Task.WhenAll(both.Select(b => b.EndAsync()));

        Assert.Equal([0, 3], ended.Select(e => e.ExitCode).Order());
        await Proof.ArrivedAsync(place, path, ended.Single(e => e.ExitCode == 0).Line);
        Assert.Single(await place.Notion.UploadsAsync());
    }

    [Fact]
    public async Task Different_files_go_side_by_side_on_one_budget()
    {
        await using var place = await Place.OpenAsync(new SimulatorOptions { Plan = "plus" });
        var paths = Enumerable.Range(1, 3).Select(n => place.Write($"film-{n}.txt", 12 << 20, n)).ToArray();

        var ended = await Task.WhenAll(paths.Select(p => place.Start("upload", p, "--to", Place.Page, "--json").EndAsync()));

        foreach (var (path, one) in paths.Zip(ended))
        {
            await Proof.ArrivedAsync(place, path, one.Exits(0).Line);
        }

        Assert.Equal(0, (await place.Notion.StatsAsync()).GetProperty("rate_refusals").GetInt64());
        Assert.Equal(3, (await place.RunAsync("list", "--json")).Exits(0).Lines.Count);
    }
}

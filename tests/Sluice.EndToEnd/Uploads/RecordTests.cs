using Sluice.EndToEnd.Running;
using Sluice.Simulator;

namespace Sluice.EndToEnd.Uploads;

/// <summary><c>list</c>, <c>resume</c> and <c>remove</c>.</summary>
public sealed class RecordTests
{
    [Fact]
    public async Task Without_records_there_is_nothing_to_list_resume_or_remove()
    {
        await using var place = await Place.OpenAsync();
        Assert.Empty((await place.RunAsync("list")).Exits(0).Says("no uploads are recorded").Out);
        Assert.Empty((await place.RunAsync("list", "--json")).Exits(0).Out);
        (await place.RunAsync("resume", "--all")).Exits(0).Says("nothing to go on with");
        (await place.RunAsync("resume", "0123")).Exits(2).Says("There is no upload '0123'", "[not_found]");
        (await place.RunAsync("remove", "0123")).Exits(2).Says("There is no upload '0123'", "[not_found]");
        (await place.RunAsync("resume")).Exits(2).Says("--all");
        (await place.RunAsync("resume", "0123", "--all")).Exits(2).Says("exclude each other");
        (await place.RunAsync("remove")).Exits(2).Says("Required argument 'ID'");
    }

    [Fact]
    public async Task An_interrupted_upload_is_listed_resumed_by_its_id_and_removed()
    {
        await using var place = await Place.OpenAsync(new SimulatorOptions { RequestsPerMinute = 0, Bandwidth = 4 << 20 });
        var path = place.Write("film.txt", 32 << 20);
        var id = await InterruptAsync(place, path);
        Assert.Matches($"(?m)^{id} +interrupted +32.0 MiB +[0-9]+ % .* {Place.Page} +{path}$", (await place.RunAsync("list")).Exits(0).Out);
        var listed = (await place.RunAsync("list", "--json")).Exits(0).Line;
        Assert.Equal(
            ["id", "name", "content_type", "length", "offset", "state", "deadline", "parts", "file_upload_id", "sha256", "target", "attached", "file", "created", "updated", "error"],
            listed.EnumerateObject().Select(p => p.Name));

        var resumed = (await place.RunAsync("resume", id, "--json")).Exits(0).Line;
        Assert.Equal(id, resumed.GetProperty("upload_id").GetString());
        await Proof.ArrivedAsync(place, path, resumed);

        // Done: resuming it prints its result again and moves nothing; removing forgets it here and changes nothing at Notion.
        var again = (await place.RunAsync("resume", id, "--json")).Exits(0).Line;
        Assert.Equal(0, again.GetProperty("bytes_sent").GetInt64());
        Assert.Equal(resumed.GetProperty("sha256").GetString(), again.GetProperty("sha256").GetString());
        Assert.Equal($"{id}: removed\n", (await place.RunAsync("remove", id)).Exits(0).Out);
        Assert.Empty((await place.RunAsync("list", "--json")).Exits(0).Out);
        Assert.Single(await place.Notion.BlocksAsync());
    }

    [Fact]
    public async Task A_list_with_a_mistake_in_it_starts_and_removes_nothing()
    {
        await using var place = await Place.OpenAsync(new SimulatorOptions { RequestsPerMinute = 0, Bandwidth = 4 << 20 });
        var id = await InterruptAsync(place, place.Write("film.txt", 32 << 20));
        var before = await place.Notion.BodyBytesAsync();
        (await place.RunAsync("resume", id, "nope")).Exits(2).Says("'nope'", "[not_found]");
        (await place.RunAsync("remove", id, "nope")).Exits(2).Says("'nope'", "[not_found]");
        Assert.Equal(before, await place.Notion.BodyBytesAsync());
        Assert.Single((await place.RunAsync("list", "--json")).Exits(0).Lines);
    }

    [Fact]
    public async Task What_another_process_moves_is_not_removed()
    {
        await using var place = await Place.OpenAsync(new SimulatorOptions { RequestsPerMinute = 0, Bandwidth = 4 << 20 });
        var path = place.Write("film.txt", 24 << 20);
        var running = place.Start("upload", path, "--to", Place.Page, "--json");
        await Bounds.UntilAsync(async () => await place.Notion.BodyBytesAsync() > 0, () => running.Error);
        var id = (await place.RunAsync("list", "--json")).Exits(0).Line.GetProperty("id").GetString()!;

        (await place.RunAsync("remove", id)).Exits(3).Says("Another process is moving this upload", "[locked]");

        await Proof.ArrivedAsync(place, path, (await running.EndAsync()).Exits(0).Line);
    }

    [Fact]
    public async Task Restart_forgets_what_an_earlier_run_left()
    {
        await using var place = await Place.OpenAsync(new SimulatorOptions { RequestsPerMinute = 0, Bandwidth = 4 << 20 });
        var path = place.Write("film.txt", 32 << 20);
        var id = await InterruptAsync(place, path);

        var ended = (await place.RunAsync("upload", path, "--to", Place.Page, "--restart", "--json")).Exits(0).Line;

        Assert.NotEqual(id, ended.GetProperty("upload_id").GetString());
        Assert.Equal(0, ended.GetProperty("resumed_from").GetInt64());
        Assert.Equal(32L << 20, ended.GetProperty("bytes_sent").GetInt64());
        await Proof.ArrivedAsync(place, path, ended);
        Assert.Single((await place.RunAsync("list", "--json")).Exits(0).Lines);
    }

    [Fact]
    public async Task What_is_done_is_uploaded_once_more_and_said_or_left_with_skip_done()
    {
        await using var place = await Place.OpenAsync();
        var path = place.Write("film.txt", 1 << 20);
        var first = (await place.RunAsync("upload", path, "--to", Place.Page, "--json")).Exits(0).Line;

        var skipped = (await place.RunAsync("upload", path, "--to", Place.Page, "--json", "--skip-done")).Exits(0).Line;
        Assert.Equal(first.GetProperty("upload_id").GetString(), skipped.GetProperty("upload_id").GetString());
        Assert.Equal(first.GetProperty("attached").ToString(), skipped.GetProperty("attached").ToString());
        Assert.Contains("done by an earlier run", (await place.RunAsync("upload", path, "--to", Place.Page, "--skip-done")).Exits(0).Out, StringComparison.Ordinal);
        Assert.Single(await place.Notion.BlocksAsync());

        Assert.Contains("done once more", (await place.RunAsync("upload", path, "--to", Place.Page)).Exits(0).Out, StringComparison.Ordinal);
        Assert.Equal(2, (await place.Notion.BlocksAsync()).Count);

        // Another target is another upload; so is the file once it was written again.
        Assert.DoesNotContain("once more", (await place.RunAsync("upload", path)).Exits(0).Out, StringComparison.Ordinal);
        place.Write("film.txt", 1 << 20, seed: 2);
        var changed = (await place.RunAsync("upload", path, "--to", Place.Page, "--json", "--skip-done")).Exits(0).Line;
        Assert.Equal(Place.Sha256(path), changed.GetProperty("sha256").GetString());
        Assert.Equal(3, (await place.Notion.BlocksAsync()).Count);
    }

    /// <summary>Begins an upload and stops it once a part arrived.</summary>
    private static async Task<string> InterruptAsync(Place place, string path)
    {
        var running = place.Start("upload", path, "--to", Place.Page, "--part-size", "5MiB", "--json");
        await Bounds.UntilAsync(async () => await place.Notion.AnswersAsync("send 200") > 0, () => running.Error);
        running.Send(Signal.Interrupt);
        var line = (await running.EndAsync()).Exits(3).Line;
        Assert.Equal("interrupted", line.GetProperty("status").GetString());
        return line.GetProperty("upload_id").GetString()!;
    }
}

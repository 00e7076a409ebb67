using Sluice.EndToEnd.Running;
using Sluice.Simulator;

namespace Sluice.EndToEnd.Uploads;

/// <summary><c>upload -</c>: standard input through the spool.</summary>
public sealed class StandardInputTests
{
    private const long Length = 30 << 20;

    [Fact]
    public async Task It_arrives_under_the_name_it_was_given()
    {
        await using var place = await Place.OpenAsync();
        var path = place.Write("input.txt", Length);
        var running = place.Start("upload", "-", "--name", "log.txt", "--to", Place.Page, "--json");
        await FeedAsync(running, path, Length);

        var line = (await running.EndAsync()).Exits(0).Line;

        Assert.Equal("-", line.GetProperty("file").GetString());
        await Proof.ArrivedAsync(place, path, line, name: "log.txt");
        Assert.Empty(SpoolFiles(place));
    }

    [Fact]
    public async Task Killed_while_it_is_read_nothing_is_recorded_and_the_input_is_sent_again()
    {
        await using var place = await Place.OpenAsync();
        var path = place.Write("input.txt", Length);
        var running = place.Start("upload", "-", "--name", "log.txt", "--to", Place.Page, "--json");
        await FeedAsync(running, path, 10 << 20, close: false);
        await Bounds.UntilAsync(() => Task.FromResult(SpoolFiles(place).Any(f => new FileInfo(f).Length >= 9 << 20)), () => running.Error);
        running.Send(Signal.Kill);
        await running.EndAsync();
        Assert.Empty((await place.RunAsync("list", "--json")).Exits(0).Out);
        (await place.RunAsync("resume", "--all")).Exits(0).Says("nothing to go on with");

        var again = place.Start("upload", "-", "--name", "log.txt", "--to", Place.Page, "--json");
        await FeedAsync(again, path, Length);

        await Proof.ArrivedAsync(place, path, (await again.EndAsync()).Exits(0).Line, name: "log.txt");
    }

    [Fact]
    public async Task Killed_while_it_is_sent_it_goes_on_from_the_spool()
    {
        await using var place = await Place.OpenAsync(new SimulatorOptions { RequestsPerMinute = 0, Bandwidth = 4 << 20 });
        var path = place.Write("input.txt", Length);
        var running = place.Start("upload", "-", "--name", "log.txt", "--to", Place.Page, "--part-size", "5MiB", "--json");
        await FeedAsync(running, path, Length);
        await Bounds.UntilAsync(async () => await place.Notion.AnswersAsync("send 200") > 0, () => running.Error);
        running.Send(Signal.Kill);
        await running.EndAsync();

        var line = (await place.RunAsync("resume", "--all", "--json")).Exits(0).Line;

        await Proof.ArrivedAsync(place, path, line, name: "log.txt");
        Assert.Single(await place.Notion.UploadsAsync());
        Assert.Empty(SpoolFiles(place));
    }

    [Fact]
    public async Task Stopped_while_it_is_sent_it_says_that_resume_goes_on()
    {
        await using var place = await Place.OpenAsync(new SimulatorOptions { RequestsPerMinute = 0, Bandwidth = 4 << 20 });
        var path = place.Write("input.txt", Length);
        var running = place.Start("upload", "-", "--name", "log.txt", "--to", Place.Page, "--part-size", "5MiB");
        await FeedAsync(running, path, Length);
        await Bounds.UntilAsync(async () => await place.Notion.BodyBytesAsync() > 0, () => running.Error);
        running.Send(Signal.Interrupt);
        await running.EndAsync();
        var id = (await place.RunAsync("list", "--json")).Exits(0).Line.GetProperty("id").GetString()!;
        (await running.EndAsync()).Exits(3).Says($"go on with: sluice resume {id} --data {place.Data}");
        Assert.Single(SpoolFiles(place));

        (await place.RunAsync("remove", id)).Exits(0);

        Assert.Empty(SpoolFiles(place));
    }

    [Fact]
    public async Task What_cannot_be_is_said_before_anything_is_read()
    {
        await using var place = await Place.OpenAsync();
        place.Write("a.txt", 10);
        (await place.RunAsync("upload", "-")).Exits(2).Says("Standard input has no name", "--name");
        (await place.RunAsync("upload", "-", "a.txt", "--name", "x.txt")).Exits(2).Says("goes alone");
        (await place.RunAsync("upload", "-", "--name", "x.txt", "--dry-run")).Exits(2).Says("--dry-run needs a file");
        (await place.RunAsync("upload", "-", "--name", "x.txt", "--json")).Exits(4).Says("[empty_file]");
        Assert.Empty(await place.Notion.UploadsAsync());
    }

    private static async Task FeedAsync(RunningProgram running, string path, long bytes, bool close = true)
    {
        await using var file = File.OpenRead(path);
        var buffer = new byte[64 << 10];
        for (var left = bytes; left > 0;)
        {
            var read = await file.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, left)), TestContext.Current.CancellationToken);
            await running.Input.WriteAsync(buffer.AsMemory(0, read), TestContext.Current.CancellationToken);
            left -= read;
        }

        await running.Input.FlushAsync(TestContext.Current.CancellationToken);
        if (close)
        {
            running.Input.Close();
        }
    }

    private static string[] SpoolFiles(Place place) =>
        Directory.Exists(Path.Combine(place.Data, "spool")) ? Directory.GetFiles(Path.Combine(place.Data, "spool"), "*", SearchOption.AllDirectories) : [];
}

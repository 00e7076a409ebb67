using Sluice.EndToEnd.Running;
using Sluice.Simulator;

namespace Sluice.EndToEnd.BadInput;

/// <summary>A file that is not the same all the way: never completed, never attached, exit 1, <c>source_changed</c>.</summary>
public sealed class ChangedSourceTests
{
    private const int Length = 24 << 20;

    [Theory]
    [InlineData("shrinks")]
    [InlineData("grows")]
    [InlineData("is touched")]
    [InlineData("is replaced")]
    [InlineData("is rewritten with its old time")]
    public async Task A_file_that_changes_while_it_is_read(string change)
    {
        await using var place = await Place.OpenAsync();
        var path = place.Write("a.txt", Length);

        // Part 2 is refused until the file has changed: its bytes were read before, and are read again after.
        await place.Notion.FaultsAsync("""[{"endpoint":"send","part":2,"status":503}]""");
        var running = place.Start("upload", path, "--to", Place.Page, "--part-size", "5MiB", "--json");
        await Bounds.UntilAsync(async () => await place.Notion.AnswersAsync("send 503") > 0, () => running.Error);
        var time = File.GetLastWriteTimeUtc(path);
        switch (change)
        {
            case "shrinks":
                await using (var file = Open(path))
                {
                    file.SetLength(6 << 20);
                }

                break;
            case "grows":
                await File.AppendAllTextAsync(path, "more", TestContext.Current.CancellationToken);
                break;
            case "is touched":
                File.SetLastWriteTimeUtc(path, time.AddSeconds(5));
                break;
            case "is replaced":
                place.Write("other.txt", Length, seed: 2);
                File.Move(Path.Combine(place.Folder, "other.txt"), path, overwrite: true);
                break;
            default:
                await using (var file = Open(path))
                {
                    file.Position = 6 << 20;
                    file.Write("changed"u8);
                }

                File.SetLastWriteTimeUtc(path, time);
                break;
        }

        await place.Notion.FaultsAsync("[]");
        var ended = (await running.EndAsync()).Exits(1).Says("[source_changed]", "--restart");
        Assert.Equal("failed", ended.Line.GetProperty("status").GetString());
        Assert.Equal("source_changed", ended.Line.GetProperty("error").GetProperty("code").GetString());
        Assert.Empty(await place.Notion.BlocksAsync());

        var line = (await place.RunAsync("upload", path, "--to", Place.Page, "--restart", "--json")).Exits(0).Line;
        await Proof.ArrivedAsync(place, path, line);
    }

    /// <summary>As an editor of another make opens it: without a lock.</summary>
    private static FileStream Open(string path) => new(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);

    [Fact]
    public async Task A_file_that_changed_between_two_runs()
    {
        await using var place = await Place.OpenAsync(new SimulatorOptions { RequestsPerMinute = 0, Bandwidth = 4 << 20 });
        var path = place.Write("a.txt", Length);
        var running = place.Start("upload", path, "--to", Place.Page, "--part-size", "5MiB", "--json");
        await Bounds.UntilAsync(async () => await place.Notion.AnswersAsync("send 200") > 0, () => running.Error);
        running.Send(Signal.Interrupt);
        (await running.EndAsync()).Exits(3);
        var old = path + ".old";
        File.Move(path, old);
        place.Write("a.txt", Length + 1, seed: 2);

        (await place.RunAsync("upload", path, "--to", Place.Page)).Exits(1).Says("is not the file that was uploaded so far", "25,165,824", "25,165,825", "--restart", "[source_changed]");
        (await place.RunAsync("resume", "--all")).Exits(1).Says("[source_changed]");

        // Nothing is lost: with the old file back it goes on where it was.
        File.Move(old, path, overwrite: true);
        var line = (await place.RunAsync("upload", path, "--to", Place.Page, "--json")).Exits(0).Line;
        Assert.True(line.GetProperty("resumed_from").GetInt64() > 0);
        await Proof.ArrivedAsync(place, path, line);
    }
}

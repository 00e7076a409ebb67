using System.Diagnostics;
using Sluice.EndToEnd.Running;

namespace Sluice.EndToEnd.BadInput;

/// <summary>PATHs that give nothing to upload: nothing is started, exit 2, every PATH has its line of JSON.</summary>
public sealed class PathTests
{
    [Fact]
    public async Task Everything_that_is_wrong_with_the_paths_is_listed_at_once()
    {
        await using var place = await Place.OpenAsync();
        place.Write("good.txt", 10);
        place.Write("hidden/.a.txt", 10);
        Directory.CreateDirectory(Path.Combine(place.Folder, "empty/deep"));

        var ended = (await place.RunAsync("upload", "good.txt", "missing.txt", "empty", "hidden", "*.zip", "--wat", "", "--to", Place.Page, "--json")).Exits(2).Says(
            "'missing.txt' is not there", "The folder 'empty' holds no file", "The folder 'hidden' holds hidden files only", "No file matches '*.zip'", "'--wat' is neither an option nor a file", "A PATH is empty", "sluice upload --help");

        Assert.Equal(7, ended.Lines.Count);
        Assert.All(ended.Lines, l => Assert.Equal("refused", l.GetProperty("status").GetString()));
        Assert.All(ended.Lines, l => Assert.Equal(Place.Page, l.GetProperty("target").GetString()));
        Assert.Equal("bad_request", ended.Lines.Single(l => l.GetProperty("file").GetString() == "good.txt").GetProperty("error").GetProperty("code").GetString());
        Assert.Equal(6, ended.Lines.Count(l => l.GetProperty("error").GetProperty("code").GetString() == "source_missing"));
        Assert.Empty(await place.Notion.UploadsAsync());
    }

    [Fact]
    public async Task A_pipe_is_refused_at_once_rather_than_waited_for()
    {
        await using var place = await Place.OpenAsync();
        using (var made = Process.Start("mkfifo", [Path.Combine(place.Folder, "pipe.txt")]))
        {
            await made.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        (await place.RunAsync("upload", "pipe.txt")).Exits(1).Says("is a pipe, a socket or a device", "standard input", "[source_missing]");
    }

    [Fact]
    public async Task A_file_that_goes_away_before_its_turn_is_its_own_failure()
    {
        await using var place = await Place.OpenAsync();
        place.Write("a.txt", 10);
        File.CreateSymbolicLink(Path.Combine(place.Folder, "dangling.txt"), Path.Combine(place.Folder, "nowhere"));
        var ended = (await place.RunAsync("upload", "a.txt", "dangling.txt", "--json")).Exits(1).Says("'", "cannot be read", "[source_missing]");
        Assert.Equal(["done", "failed"], ended.Lines.Select(l => l.GetProperty("status").GetString()).Order());
    }

    [Fact]
    public async Task Control_characters_in_names_reach_no_terminal()
    {
        await using var place = await Place.OpenAsync();
        const string Name = "a\u001b[31m\u202egpj\nb.txt";
        place.Write(Name, 10);
        place.Write("x" + Name, 0);
        var text = await place.RunAsync("upload", Name, "x" + Name);
        var json = await place.RunAsync("upload", Name, "--json");
        var list = await place.RunAsync("list");
        var plan = await place.RunAsync("upload", Name, "--dry-run");
        var unreachable = await place.RunAsync("upload", Name, "--notion-url", "http://127.0.0.1:1", "--give-up-after", "100ms");
        var missing = await place.RunAsync("upload", "y" + Name);
        foreach (var ended in new[] { text.Exits(4), json.Exits(0), list.Exits(0), plan.Exits(0), unreachable.Exits(3), missing.Exits(2) })
        {
            Assert.DoesNotContain('\u001b', ended.Out + ended.Error);
            Assert.DoesNotContain('\u202e', ended.Out + ended.Error);
        }

        Assert.Equal(Name, json.Line.GetProperty("file").GetString());
        Assert.Contains("go on with: sluice upload $'a\\u001b[31m\\u202egpj\\u000ab.txt'", unreachable.Error, StringComparison.Ordinal);
    }
}

using Sluice.EndToEnd.Running;
using Sluice.Simulator;

namespace Sluice.EndToEnd.Uploads;

/// <summary>Where files go: pages, properties, databases, nowhere; several files in order.</summary>
public sealed class TargetTests
{
    [Fact]
    public async Task Folders_patterns_and_files_to_one_page_keep_their_order()
    {
        await using var place = await Place.OpenAsync();

        // The first are the largest: without an order the small ones behind them would be attached first.
        place.Write("folder/b.txt", 30 << 20, 1);
        place.Write("folder/deep/a.txt", 6 << 20, 2);
        place.Write("folder/.hidden.txt", 10, 3);
        place.Write("logs/2.txt", 100, 4);
        place.Write("logs/10.txt", 100, 5);
        place.Write("logs/deep/3.txt", 7 << 20, 6);
        place.Write("last.txt", 100, 7);

        var ended = (await place.RunAsync("upload", "folder", "logs/**/*.txt", "last.txt", "folder/b.txt", "--to", Place.Page, "--json")).Exits(0).Says("1 hidden file was left out");

        string[] expected = ["folder/b.txt", "folder/deep/a.txt", "logs/10.txt", "logs/2.txt", "logs/deep/3.txt", "last.txt"];
        Assert.Equal(expected.Order(), ended.Lines.Select(l => l.GetProperty("file").GetString()!).Order());
        Assert.Equal(expected.Select(Path.GetFileName), (await place.Notion.BlocksAsync()).Select(b => b.GetProperty("file").GetProperty("name").GetString()));
        foreach (var line in ended.Lines)
        {
            await Proof.ArrivedAsync(place, Path.Combine(place.Folder, line.GetProperty("file").GetString()!), line);
        }
    }

    [Theory]
    [InlineData("page:00000000000040008000000000000001")]
    [InlineData("page:https://www.notion.so/some-team/A-page-00000000000040008000000000000001?pvs=4")]
    [InlineData("page:https://app.notion.com/p/00000000-0000-4000-8000-000000000001#anchor")]
    public async Task A_page_is_named_by_its_id_or_its_address(string target)
    {
        await using var place = await Place.OpenAsync();
        var path = place.Write("a.txt", 10);
        var line = (await place.RunAsync("upload", path, "--to", target, "--json")).Exits(0).Line;
        Assert.Equal(Place.Page, line.GetProperty("target").GetString());
        Assert.Equal(NotionSide.Page, line.GetProperty("attached").GetProperty("page_id").GetString());
        Assert.Equal((await place.Notion.BlocksAsync()).Single().GetProperty("id").GetString(), line.GetProperty("attached").GetProperty("block_id").GetString());
    }

    [Fact]
    public async Task A_database_gets_a_row_titled_by_the_file_and_a_property_is_extended()
    {
        await using var place = await Place.OpenAsync();
        place.Write("first.txt", 10, 1);
        place.Write("second.txt", 20, 2);
        place.Write("third.txt", 30, 3);
        var row = (await place.RunAsync("upload", "first.txt", "--to", $"database:{NotionSide.Database}", "--json")).Exits(0).Line.GetProperty("attached").GetProperty("page_id").GetString()!;
        Assert.Equal("first.txt", (await place.Notion.PageAsync(row)).GetProperty("properties").GetProperty("Name").GetProperty("title")[0].GetProperty("plain_text").GetString());

        (await place.RunAsync("upload", "second.txt", "third.txt", "--to", $"page:{row}::Files")).Exits(0);
        Assert.Equal(["first.txt", "second.txt", "third.txt"], await place.Notion.FilesAsync(row));

        (await place.RunAsync("upload", "second.txt", "--to", $"database:{NotionSide.Database}::files")).Exits(0);
        Assert.Equal(2, (await place.Notion.RowsAsync()).Count);
    }

    [Fact]
    public async Task Without_a_target_the_result_says_until_when_Notion_keeps_it()
    {
        await using var place = await Place.OpenAsync();
        place.Write("a.txt", 10);
        Assert.Contains("attach it before", (await place.RunAsync("upload", "a.txt")).Exits(0).Out, StringComparison.Ordinal);
        var line = (await place.RunAsync("upload", "a.txt", "--to", "none", "--json")).Exits(0).Line;
        Assert.Equal("none", line.GetProperty("target").GetString());
        Assert.Equal(System.Text.Json.JsonValueKind.Null, line.GetProperty("attached").ValueKind);
        var left = line.GetProperty("expires").GetDateTimeOffset() - TimeProvider.System.GetUtcNow();
        Assert.InRange(left.TotalMinutes, 50, 61);
    }

    [Fact]
    public async Task Name_type_caption_and_verify()
    {
        using var stored = new StoredBytes();
        await using var place = await Place.OpenAsync(new SimulatorOptions { RequestsPerMinute = 0, Store = stored.Folder });
        var path = place.Write("raw.bin", 11 << 20);
        var ended = (await place.RunAsync("upload", "raw.bin", "--name", "Ünïcode film.mp4", "--content-type", "video/mp4", "--caption", "The \"first\" cut", "--verify", "--to", Place.Page)).Exits(0);
        Assert.Contains("read back and the same", ended.Out, StringComparison.Ordinal);
        var block = (await place.Notion.BlocksAsync()).Single();
        Assert.Equal("video", block.GetProperty("type").GetString());
        Assert.Equal("The \"first\" cut", block.GetProperty("video").GetProperty("caption")[0].GetProperty("plain_text").GetString());
        var upload = (await place.Notion.UploadsAsync()).Single();
        Assert.Equal("Ünïcode film.mp4", upload.GetProperty("filename").GetString());
        Assert.Equal("video/mp4", upload.GetProperty("content_type").GetString());
        Assert.Equal(Place.Sha256(path), (await place.Notion.UploadAsync(upload.GetProperty("id").GetString()!)).GetProperty("sha256").GetString());
    }
}

using Sluice.EndToEnd.Running;

namespace Sluice.EndToEnd.BadInput;

/// <summary>Tokens, targets and a Notion that cannot be reached.</summary>
public sealed class RefusalTests
{
    [Theory]
    [InlineData("page:" + NotionSide.NotShared, "target_not_shared", 1, "not shared", "Connections")]
    [InlineData("database:" + NotionSide.NotShared, "target_not_shared", 1, "not shared", "Connections")]
    [InlineData("database:" + NotionSide.Database + "::Pictures", "target_ambiguous", 2, "no files property 'Pictures'", "'Files'")]
    [InlineData("page:" + NotionSide.Page + "::Pictures", "target_ambiguous", 2, "no files property 'Pictures'", "Name one")]
    public async Task A_target_that_cannot_take_the_file(string target, string code, int exit, string what, string then)
    {
        await using var place = await Place.OpenAsync();
        place.Write("a.txt", 10);
        var ended = (await place.RunAsync("upload", "a.txt", "--to", target, "--json")).Exits(exit).Says(what, then, $"[{code}]");
        Assert.Equal(code, ended.Line.GetProperty("error").GetProperty("code").GetString());
        Assert.Equal(target, ended.Line.GetProperty("target").GetString());
        Assert.Empty(await place.Notion.UploadsAsync());
    }

    [Fact]
    public async Task A_token_that_Notion_refuses()
    {
        await using var place = await Place.OpenAsync();
        place.Write("a.txt", 10);
        place.Write("b.txt", 10);
        place.Variables["NOTION_TOKEN"] = "bad_4mT9xQw7";
        var ended = (await place.RunAsync("upload", "a.txt", "b.txt", "--json")).Exits(2).Says("Notion refused the token", "[token_refused]");
        Assert.All(ended.Lines, l => Assert.Equal("token_refused", l.GetProperty("error").GetProperty("code").GetString()));
        Assert.Equal(2, ended.Lines.Count);
        (await place.RunAsync("doctor")).Exits(2).Says("[token_refused]");
    }

    [Fact]
    public async Task A_token_that_Notion_refuses_from_some_moment_on_costs_nothing_that_arrived()
    {
        await using var place = await Place.OpenAsync();
        var path = place.Write("a.txt", 32 << 20);
        await place.Notion.FaultsAsync("""[{"endpoint":"send","part":4,"status":401}]""");
        (await place.RunAsync("upload", path, "--to", Place.Page, "--part-size", "5MiB", "--concurrency", "1")).Says("[token_refused]");
        await place.Notion.FaultsAsync("[]");
        var arrived = (await place.Notion.UploadsAsync()).Single().GetProperty("length").GetInt64();
        var line = (await place.RunAsync("upload", path, "--to", Place.Page, "--part-size", "5MiB", "--json")).Exits(0).Line;
        Assert.Equal(arrived, line.GetProperty("resumed_from").GetInt64());
        Assert.True(arrived > 0);
        await Proof.ArrivedAsync(place, path, line);
    }

    [Fact]
    public async Task No_token_and_token_files()
    {
        await using var place = await Place.OpenAsync();
        place.Write("a.txt", 10);
        place.Variables.Remove("NOTION_TOKEN");
        var ended = (await place.RunAsync("upload", "a.txt", "--json")).Exits(2).Says("No Notion token was given", "NOTION_TOKEN", "--token-file", "[token_missing]");
        Assert.Equal("refused", ended.Line.GetProperty("status").GetString());
        (await place.RunAsync("upload", "a.txt", "--token-file", "nowhere")).Exits(2).Says("nowhere' cannot be read", "[token_missing]");
        (await place.RunAsync("upload", "a.txt", "--token-file", place.Folder)).Exits(2).Says("cannot be read", "[token_missing]");
        await File.WriteAllTextAsync(Path.Combine(place.Folder, "token"), " \n", TestContext.Current.CancellationToken);
        (await place.RunAsync("upload", "a.txt", "--token-file", "token")).Exits(2).Says("is empty", "[token_missing]");

        await File.WriteAllTextAsync(Path.Combine(place.Folder, "token"), Place.Token + "\n", TestContext.Current.CancellationToken);
        (await place.RunAsync("upload", "a.txt", "--token-file", "token")).Exits(0);
        foreach (var name in new[] { "NOTION_API_TOKEN", "NOTION_API_KEY" })
        {
            place.Variables[name] = Place.Token;
            (await place.RunAsync("upload", "a.txt")).Exits(0);
            place.Variables.Remove(name);
        }
    }

    [Fact]
    public async Task A_Notion_that_cannot_be_reached()
    {
        await using var place = await Place.OpenAsync();
        place.Write("a.txt", 10);
        var ended = (await place.RunAsync("upload", "a.txt", "--notion-url", "http://127.0.0.1:1", "--give-up-after", "300ms", "--json")).Exits(3).Says("No connection to Notion", "Check the network", "[notion_unreachable]");
        Assert.Equal("interrupted", ended.Line.GetProperty("status").GetString());
        (await place.RunAsync("doctor", "--notion-url", "http://127.0.0.1:1", "--set", "Retry:InitialDelay=10ms")).Exits(3).Says("[notion_unreachable]");
    }

    [Fact]
    public async Task A_Notion_that_keeps_failing_in_mid_upload_leaves_it_resumable()
    {
        await using var place = await Place.OpenAsync();
        var path = place.Write("a.txt", 24 << 20);
        await place.Notion.FaultsAsync("""[{"endpoint":"send","part":3,"status":503}]""");
        var ended = (await place.RunAsync("upload", path, "--to", Place.Page, "--part-size", "5MiB", "--give-up-after", "2s", "--json")).Exits(3).Says("503");
        Assert.Equal("interrupted", ended.Line.GetProperty("status").GetString());
        await place.Notion.FaultsAsync("[]");
        var line = (await place.RunAsync("resume", "--all", "--json")).Exits(0).Line;
        await Proof.ArrivedAsync(place, path, line);
        Assert.True(line.GetProperty("resumed_from").GetInt64() > 0);
    }
}

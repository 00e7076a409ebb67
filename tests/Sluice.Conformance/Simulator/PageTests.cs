using System.Text.Json.Nodes;
using Xunit;

namespace Sluice.Conformance.Simulator;

/// <summary>Pages and rows, the files property, icon and cover, queries and search.</summary>
public sealed class PageTests
{
    [Fact]
    public async Task A_row_comes_back_whole()
    {
        await using var sim = await Sim.StartAsync();
        var id = await sim.UploadAsync("a.txt");
        var row = await RowAsync(sim, "r", $$$"""{"file_upload":{"id":"{{{id}}}"}},{"external":{"url":"https://x/y"},"name":"y"}""");
        Assert.Equal(
            ["object", "id", "created_time", "last_edited_time", "created_by", "last_edited_by", "cover", "icon", "parent", "in_trash", "is_archived", "is_locked", "properties", "url", "public_url", "request_id"],
            row.Fields);
        Assert.StartsWith("https://app.notion.com/p/", row.Text("url"), StringComparison.Ordinal);
        var files = row.Json["properties"]!["Files"]!["files"]!;
        Assert.Equal(("a.txt", "file"), (files[0]!["name"]!.GetValue<string>(), files[0]!["type"]!.GetValue<string>()));
        Assert.Equal("""{"name":"y","type":"external","external":{"url":"https://x/y"}}""", files[1]!.ToJsonString());
        Assert.Null((await sim.RetrieveAsync(id)).Json["expiry_time"]);
        Assert.Equal("r", row.Json["properties"]!["Name"]!["title"]![0]!["plain_text"]!.GetValue<string>());
    }

    [Fact]
    public async Task The_array_replaces_the_property_and_what_is_there_is_kept_by_its_address()
    {
        await using var sim = await Sim.StartAsync();
        var (first, second) = (await sim.UploadAsync("a.txt"), await sim.UploadAsync("b.txt"));
        var row = await RowAsync(sim, "r", $$$"""{"file_upload":{"id":"{{{first}}}"}}""");
        var kept = new JsonObject { ["type"] = "file", ["name"] = "a.txt", ["file"] = new JsonObject { ["url"] = row.Json["properties"]!["Files"]!["files"]![0]!["file"]!["url"]!.GetValue<string>() } };
        var both = (await UpdateAsync(sim, row, $$"""{{kept.ToJsonString()}},{"file_upload":{"id":"{{second}}"},"name":"other.txt"}""")).Ok();
        Assert.Equal(["a.txt", "other.txt"], Names(both));
        Assert.Single((await sim.AdminAsync("GET", $"/_sim/uploads/{first}")).Json["attachments"]!.AsArray());
        Assert.Equal(["b.txt"], Names((await UpdateAsync(sim, row, $$$"""{"file_upload":{"id":"{{{second}}}"}}""")).Ok()));
        Assert.Empty(Names((await UpdateAsync(sim, row, "")).Ok()));
        (await UpdateAsync(sim, row, """{"file":{"url":"https://elsewhere/x"},"name":"x"}""")).Invalid("should be the address of a file that Notion hosts");
    }

    [Fact]
    public async Task A_property_holds_at_most_100_files()
    {
        await using var sim = await Sim.StartAsync();
        var row = await RowAsync(sim, "r", "");
        string Files(int count) => string.Join(',', Enumerable.Repeat("""{"external":{"url":"https://x/y"},"name":"y"}""", count));
        (await UpdateAsync(sim, row, Files(100))).Ok();
        (await UpdateAsync(sim, row, Files(101))).Invalid("files.length should be ≤ `100`");
    }

    [Theory]
    [InlineData("""{"properties":{"Files":{"files":[],"x":1}}}""", "body.properties.Files.x should be not present")]
    [InlineData("""{"properties":{"Files":{"files":[{"file_upload":{"id":"00000000-0000-4000-8000-000000000001"},"x":1}]}}}""", "files[0].x should be not present")]
    [InlineData("""{"properties":{"Files":{"files":[{"file_upload":{"id":"00000000-0000-4000-8000-000000000001","x":1}}]}}}""", "file_upload.x should be not present")]
    [InlineData("""{"properties":{"Other":{"files":[]}}}""", "Other is not a property that exists.")]
    [InlineData("""{"properties":{"Files":{"title":[]}}}""", "body.properties.Files.title should be not present")]
    [InlineData("""{"properties":{"Files":{"files":[{"external":{"url":"https://x/y"}}]}}}""", "name should be defined")]
    [InlineData("""{"archived":true}""", "body.archived should be not present")]
    [InlineData("""{"x":1}""", "body.x should be not present")]
    [InlineData("""{"icon":{"file_upload":{}}}""", "body.icon.file_upload.id should be defined")]
    public async Task Properties_are_closed(string body, string message)
    {
        await using var sim = await Sim.StartAsync();
        var row = await RowAsync(sim, "r", "");
        (await sim.CallAsync("PATCH", $"/v1/pages/{row.Text("id")}", body)).Invalid(message);
    }

    [Fact]
    public async Task A_page_that_is_no_row_has_a_title_and_no_files_property()
    {
        await using var sim = await Sim.StartAsync();
        Assert.Equal(["title"], (await sim.CallAsync("GET", $"/v1/pages/{Sim.Page}")).Ok().Json["properties"]!.AsObject().Select(p => p.Key));
        (await sim.CallAsync("PATCH", $"/v1/pages/{Sim.Page}", """{"properties":{"Files":{"files":[]}}}""")).Invalid("Files is not a property that exists.");
        (await sim.CallAsync("PATCH", $"/v1/pages/{Sim.Page}", """{"properties":{"title":{"title":[{"text":{"content":"new"}}]}}}""")).Ok();
        Assert.Equal("new", (await sim.CallAsync("GET", $"/v1/pages/{Sim.Page}")).Ok().Json["properties"]!["title"]!["title"]![0]!["plain_text"]!.GetValue<string>());
    }

    [Fact]
    public async Task An_icon_is_an_image_and_the_same_upload_is_the_same_file_everywhere()
    {
        await using var sim = await Sim.StartAsync();
        var image = await sim.UploadAsync("a.png");
        string Both(string id) => $$$$"""{"icon":{"type":"file_upload","file_upload":{"id":"{{{{id}}}}"}},"cover":{"file_upload":{"id":"{{{{id}}}}"}}}""";
        (await sim.CallAsync("PATCH", $"/v1/pages/{Sim.Page}", Both(await sim.UploadAsync("a.pdf")))).Invalid("only image files");
        var page = (await sim.CallAsync("PATCH", $"/v1/pages/{Sim.Page}", Both(image))).Ok();
        var block = (await sim.AppendAsync(image, "image")).Ok().Results[0]!;
        var paths = new[] { page.Json["icon"]!["file"]!, page.Json["cover"]!["file"]!, block["image"]!["file"]! }.Select(f => new Uri(f["url"]!.GetValue<string>()).AbsolutePath);
        Assert.Single(paths.Distinct());
        Assert.Null((await sim.CallAsync("PATCH", $"/v1/pages/{Sim.Page}", """{"icon":null}""")).Ok().Json["icon"]);
        Assert.Equal(3, (await sim.AdminAsync("GET", $"/_sim/uploads/{image}")).Json["attachments"]!.AsArray().Count);
    }

    [Fact]
    public async Task A_page_is_made_under_a_page_with_its_blocks()
    {
        await using var sim = await Sim.StartAsync();
        var id = await sim.UploadAsync();
        var page = (await sim.CallAsync("POST", "/v1/pages", $$$$"""
            {"parent":{"page_id":"{{{{Sim.Page}}}}"},"properties":{"title":{"title":[{"text":{"content":"sub"}}]}},"children":[{"file":{"file_upload":{"id":"{{{{id}}}}"}}}]}
            """)).Ok();
        Assert.Equal("page_id", page.Json["parent"]!["type"]!.GetValue<string>());
        Assert.Single((await sim.CallAsync("GET", $"/v1/blocks/{page.Text("id")}/children")).Ok().Results);
        (await sim.CallAsync("POST", "/v1/pages", """{"parent":{"page_id":"00000000-0000-4000-8000-000000000003"},"properties":{}}""")).Refused(404, "object_not_found", "Could not find page");
        (await sim.CallAsync("POST", "/v1/pages", """{"properties":{}}""")).Invalid("body.parent should be defined");
    }

    [Fact]
    public async Task Rows_are_queried_by_title_in_pages_newest_first()
    {
        await using var sim = await Sim.StartAsync();
        foreach (var title in new[] { "a", "b", "a", "ab" })
        {
            await RowAsync(sim, title, "");
        }

        async Task<Reply> Query(string body) => await sim.CallAsync("POST", $"/v1/data_sources/{Sim.DataSource}/query", body);
        var all = (await Query("{}")).Ok();
        Assert.Equal("page_or_data_source", all.Text("type"));
        Assert.Equal(["ab", "a", "b", "a"], Titles(all));
        Assert.Equal(["a", "a"], Titles((await Query("""{"filter":{"property":"Name","title":{"equals":"a"}}}""")).Ok()));
        Assert.Equal(["ab", "b"], Titles((await Query("""{"filter":{"property":"title","title":{"contains":"b"}}}""")).Ok()));
        Assert.Equal(["a", "a", "ab", "b"], Titles((await Query("""{"sorts":[{"property":"Name","direction":"ascending"}]}""")).Ok()));
        var page = (await Query("""{"page_size":3}""")).Ok();
        var rest = (await Query($$"""{"page_size":3,"start_cursor":"{{page.Text("next_cursor")}}"}""")).Ok();
        Assert.Equal((3, 1, false), (page.Results.Count, rest.Results.Count, rest.Json["has_more"]!.GetValue<bool>()));
        (await Query("""{"filter":{"property":"Files","files":{"is_empty":true}}}""")).Invalid();
        (await Query("""{"x":1}""")).Invalid("body.x should be not present");
        (await Query("""{"page_size":101}""")).Invalid("body.page_size");
        (await sim.CallAsync("POST", $"/v1/data_sources/{Sim.Database}/query", "{}")).Refused(404, "object_not_found", "Could not find data_source");
    }

    [Fact]
    public async Task Search_finds_pages_and_the_data_source_by_title()
    {
        await using var sim = await Sim.StartAsync();
        await RowAsync(sim, "quarterly report", "");
        async Task<Reply> Search(string body) => (await sim.CallAsync("POST", "/v1/search", body)).Ok();
        Assert.Equal(["page", "page", "data_source"], (await Search("{}")).Results.Select(r => r!["object"]!.GetValue<string>()).Order(StringComparer.Ordinal).Reverse());
        Assert.Single((await Search("""{"query":"REPORT"}""")).Results);
        Assert.Equal("data_source", (await Search("""{"filter":{"property":"object","value":"data_source"}}""")).Results[0]!["object"]!.GetValue<string>());
        var page = await Search("""{"page_size":2}""");
        Assert.Single((await Search($$"""{"page_size":2,"start_cursor":"{{page.Text("next_cursor")}}"}""")).Results);
        (await sim.CallAsync("POST", "/v1/search", """{"filter":{"property":"object","value":"database"}}""")).Invalid("body.filter.value");
    }

    private static async Task<Reply> RowAsync(Sim sim, string title, string files) => (await sim.CallAsync("POST", "/v1/pages", $$$$"""
        {"parent":{"type":"data_source_id","data_source_id":"{{{{Sim.DataSource}}}}"},"properties":{"Name":{"title":[{"text":{"content":"{{{{title}}}}"}}]},"Files":{"files":[{{{{files}}}}]}}}
        """)).Ok();

    private static Task<Reply> UpdateAsync(Sim sim, Reply row, string files) =>
        sim.CallAsync("PATCH", $"/v1/pages/{row.Text("id")}", $$$$"""{"properties":{"Files":{"type":"files","files":[{{{{files}}}}]}}}""");

    private static string[] Names(Reply page) => [.. page.Json["properties"]!["Files"]!["files"]!.AsArray().Select(f => f!["name"]!.GetValue<string>())];

    private static string[] Titles(Reply list) => [.. list.Results.Select(p => p!["properties"]!["Name"]!["title"]![0]!["plain_text"]!.GetValue<string>())];
}

using Xunit;

namespace Sluice.Conformance.Simulator;

/// <summary>Blocks: append, list, read, change.</summary>
public sealed class AppendTests
{
    [Fact]
    public async Task Appended_blocks_come_back_whole_and_in_order()
    {
        await using var sim = await Sim.StartAsync();
        var (text, image) = (await sim.UploadAsync("a.txt"), await sim.UploadAsync("b.png"));
        var reply = (await sim.CallAsync("PATCH", $"/v1/blocks/{Sim.Page}/children", $$$$"""
            {"children":[
              {"object":"block","type":"file","file":{"type":"file_upload","file_upload":{"id":"{{{{text}}}}"},"name":"renamed.txt","caption":[{"type":"text","text":{"content":"what "}},{"text":{"content":"it is"}}]}},
              {"image":{"file_upload":{"id":"{{{{image.Replace("-", "", StringComparison.Ordinal)}}}}"}}}]}
            """)).Ok();
        Assert.Equal(["object", "results", "next_cursor", "has_more", "type", "block", "request_id"], reply.Fields);
        var (first, second) = (reply.Results[0]!, reply.Results[1]!);
        Assert.Equal(
            ["object", "id", "parent", "created_time", "last_edited_time", "created_by", "last_edited_by", "has_children", "in_trash", "type", "file"],
            first.AsObject().Select(p => p.Key));
        Assert.Equal("""{"type":"page_id","page_id":"00000000-0000-4000-8000-000000000001"}""", first["parent"]!.ToJsonString());
        Assert.Equal(["caption", "type", "file", "name"], first["file"]!.AsObject().Select(p => p.Key));
        Assert.Equal("what it is", first["file"]!["caption"]![0]!["plain_text"]!.GetValue<string>());
        Assert.Equal("renamed.txt", first["file"]!["name"]!.GetValue<string>());
        Assert.Equal(["url", "expiry_time"], first["file"]!["file"]!.AsObject().Select(p => p.Key));
        Assert.Equal(["caption", "type", "file"], second["image"]!.AsObject().Select(p => p.Key));

        var listed = (await sim.CallAsync("GET", $"/v1/blocks/{Sim.Page}/children")).Ok().Results;
        Assert.Equal(reply.Results.Select(b => b!["id"]!.GetValue<string>()), listed.Select(b => b!["id"]!.GetValue<string>()));
        var read = (await sim.CallAsync("GET", $"/v1/blocks/{first["id"]}")).Ok();
        Assert.Equal(("file", "block"), (read.Text("type"), read.Text("object")));

        var seen = (await sim.AdminAsync("GET", $"/_sim/uploads/{text}")).Ok();
        Assert.Equal($$"""[{"page_id":"{{Sim.Page}}","block_id":"{{first["id"]}}","property":null}]""", seen.Json["attachments"]!.ToJsonString());
    }

    [Theory]
    [InlineData("", "\"x\":1", "body.x should be not present")]
    [InlineData("\"x\":1", "", "body.children[0].file.x should be not present")]
    [InlineData("\"caption\":\"text\"", "", "body.children[0].file.caption should be an array")]
    [InlineData("\"caption\":[{\"text\":{}}]", "", "caption[0].text.content should be defined")]
    [InlineData("\"name\":1", "", "body.children[0].file.name should be a string")]
    [InlineData("\"type\":\"external\"", "", "body.children[0].file.type")]
    public async Task Append_is_a_closed_schema(string inFile, string inBody, string message)
    {
        await using var sim = await Sim.StartAsync();
        var id = await sim.UploadAsync();
        var file = $"{{\"file_upload\":{{\"id\":\"{id}\"}}{(inFile.Length > 0 ? "," : "")}{inFile}}}";
        var body = $"{{\"children\":[{{\"file\":{file}}}]{(inBody.Length > 0 ? "," : "")}{inBody}}}";
        (await sim.CallAsync("PATCH", $"/v1/blocks/{Sim.Page}/children", body)).Invalid(message);
        Assert.Empty((await sim.CallAsync("GET", $"/v1/blocks/{Sim.Page}/children")).Ok().Results);
        Assert.NotNull((await sim.RetrieveAsync(id)).Json["expiry_time"]);
    }

    [Theory]
    [InlineData("{}", "body.children should be defined")]
    [InlineData("""{"children":[]}""", "body.children.length")]
    [InlineData("""{"children":{}}""", "body.children should be an array")]
    [InlineData("""{"children":[{"paragraph":{}}]}""", "body.children[0]")]
    [InlineData("""{"children":[{"file":{}}]}""", "body.children[0].file.file_upload should be defined")]
    [InlineData("""{"children":[{"file":{"file_upload":{}}}]}""", "file_upload.id should be defined")]
    [InlineData("""{"children":[{"file":{"file_upload":{"id":"x"}}}]}""", "should be a valid uuid")]
    [InlineData("""{"children":[{"image":{"external":{"url":"https://x/y.png"},"name":"y"}}]}""", "image.name should be not present")]
    [InlineData("""{"children":[{"file":{"external":{"url":"https://x/y"}}}],"position":{"type":"middle"}}""", "body.position.type")]
    [InlineData("""{"children":[{"file":{"external":{"url":"https://x/y"}}}],"position":{"type":"after_block"}}""", "body.position.after_block should be defined")]
    public async Task An_append_that_does_not_fit_is_refused(string body, string message)
    {
        await using var sim = await Sim.StartAsync();
        (await sim.CallAsync("PATCH", $"/v1/blocks/{Sim.Page}/children", body)).Invalid(message);
    }

    [Theory]
    [InlineData("image", "a.txt", "productivity")]
    [InlineData("image", "a.mp4", "video")]
    [InlineData("video", "a.txt", "productivity")]
    [InlineData("audio", "a.mp4", "video")]
    [InlineData("pdf", "a.txt", "productivity")]
    [InlineData("video", "a.mp4", null)]
    [InlineData("pdf", "a.pdf", null)]
    [InlineData("file", "a.png", null)]
    public async Task A_block_takes_files_of_its_kind(string type, string name, string? category)
    {
        await using var sim = await Sim.StartAsync();
        var reply = await sim.AppendAsync(await sim.UploadAsync(name), type);
        if (category is null)
        {
            reply.Ok();
        }
        else
        {
            reply.Invalid($"has a type of `{category}`, but only {type} files are expected");
        }
    }

    [Fact]
    public async Task A_caption_has_at_most_100_texts_of_2000_characters()
    {
        await using var sim = await Sim.StartAsync();
        var id = await sim.UploadAsync();
        (await sim.AppendAsync(id, more: $$$""","caption":[{"text":{"content":"{{{new string('a', 2000)}}}"}}]""")).Ok();
        (await sim.AppendAsync(id, more: $$$""","caption":[{"text":{"content":"{{{new string('a', 2001)}}}"}}]""")).Invalid("content.length should be ≤ `2000`");
        var many = string.Join(',', Enumerable.Repeat("""{"text":{"content":"a"}}""", 101));
        (await sim.AppendAsync(id, more: $""","caption":[{many}]""")).Invalid("caption.length should be ≤ `100`");
    }

    [Fact]
    public async Task An_append_has_at_most_100_blocks()
    {
        await using var sim = await Sim.StartAsync();
        var id = await sim.UploadAsync();
        string Blocks(int count) => string.Join(',', Enumerable.Repeat($$$$"""{"file":{"file_upload":{"id":"{{{{id}}}}"}}}""", count));
        (await sim.CallAsync("PATCH", $"/v1/blocks/{Sim.Page}/children", $$"""{"children":[{{Blocks(101)}}]}""")).Invalid("body.children.length should be ≤ `100`");
        (await sim.CallAsync("PATCH", $"/v1/blocks/{Sim.Page}/children", $$"""{"children":[{{Blocks(100)}}]}""")).Ok();
        var page = (await sim.CallAsync("GET", $"/v1/blocks/{Sim.Page}/children?page_size=60")).Ok();
        var rest = (await sim.CallAsync("GET", $"/v1/blocks/{Sim.Page}/children?page_size=60&start_cursor={page.Text("next_cursor")}")).Ok();
        Assert.Equal((60, 40), (page.Results.Count, rest.Results.Count));
        Assert.Equal(100, page.Results.Concat(rest.Results).Select(b => b!["id"]!.GetValue<string>()).Distinct().Count());
    }

    [Fact]
    public async Task Where_nothing_can_be_appended_nothing_is()
    {
        await using var sim = await Sim.StartAsync();
        var id = await sim.UploadAsync();
        var block = (await sim.AppendAsync(id)).Ok().Results[0]!["id"]!.GetValue<string>();
        var body = $$$$"""{"children":[{"file":{"file_upload":{"id":"{{{{id}}}}"}}}]}""";
        (await sim.CallAsync("PATCH", "/v1/blocks/00000000-0000-4000-8000-000000000003/children", body)).Refused(404, "object_not_found", "Could not find block");
        (await sim.CallAsync("PATCH", $"/v1/blocks/{block}/children", body)).Invalid("does not support children");
        var pending = await sim.CreateAsync();
        (await sim.AppendAsync(pending)).Refused(404, "object_not_found", pending);
    }

    [Fact]
    public async Task A_workspace_may_have_used_up_its_blocks()
    {
        await using var sim = await Sim.StartAsync();
        var id = await sim.UploadAsync("a.png");
        await sim.ScriptAsync("""{"switches":{"block_limit":true}}""");
        var refused = (await sim.AppendAsync(id)).Refused(403, "restricted_resource");
        Assert.Equal("block_creation", refused.Json["additional_data"]!["block_limit"]!.GetValue<string>());
        (await sim.CallAsync("POST", "/v1/pages", $$$"""{"parent":{"data_source_id":"{{{Sim.DataSource}}}"},"properties":{}}""")).Refused(403, "restricted_resource");
        (await sim.CallAsync("PATCH", $"/v1/pages/{Sim.Page}", $$$$"""{"icon":{"file_upload":{"id":"{{{{id}}}}"}}}""")).Ok();
    }

    [Fact]
    public async Task A_block_can_be_given_another_file()
    {
        await using var sim = await Sim.StartAsync();
        var block = (await sim.AppendAsync(await sim.UploadAsync("a.txt"))).Ok().Results[0]!["id"]!.GetValue<string>();
        var other = await sim.UploadAsync("b.txt");
        var changed = (await sim.CallAsync("PATCH", $"/v1/blocks/{block}", $$$$"""{"file":{"file_upload":{"id":"{{{{other}}}}"}}}""")).Ok();
        Assert.Equal("b.txt", changed.Json["file"]!["name"]!.GetValue<string>());
        Assert.Null((await sim.RetrieveAsync(other)).Json["expiry_time"]);
        (await sim.CallAsync("PATCH", $"/v1/blocks/{block}", """{"image":{}}""")).Invalid("body.image should be not present");
        (await sim.CallAsync("PATCH", $"/v1/blocks/{block}", """{"archived":true}""")).Invalid("body.archived should be not present");
        Assert.True((await sim.CallAsync("DELETE", $"/v1/blocks/{block}")).Ok().Json["in_trash"]!.GetValue<bool>());
        Assert.Empty((await sim.CallAsync("GET", $"/v1/blocks/{Sim.Page}/children")).Ok().Results);
    }
}

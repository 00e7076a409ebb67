using System.Text.Json;
using CsCheck;
using Sluice.Notion;
using Xunit;

namespace Sluice.Tests.Notion;

public sealed class NotionAnswersTests
{
    [Fact]
    public void Unknown_fields_numbers_as_texts_and_offsets_are_read()
    {
        var upload = Read("""
            {"object":"file_upload","id":"u-1","status":"uploaded","archived":false,"brand_new":{"a":[1]},"expiry_time":"2026-11-24T13:00:00.000+00:00",
             "content_length":"5368709120","number_of_parts":{"total":"3","sent":2},"filename":null,"request_id":"r"}
            """, NotionAnswers.FileUpload);
        Assert.Equal(new NotionFileUpload("u-1", NotionUploadStatus.Uploaded, new DateTimeOffset(2026, 11, 24, 13, 0, 0, TimeSpan.Zero), null, null, 5368709120, 3, 2), upload);
    }

    [Theory]
    [InlineData("\"expiry_time\":null,", true)]
    [InlineData("", false)]
    [InlineData("\"expiry_time\":\"soon\",", false)]
    [InlineData("\"expiry_time\":17,", false)]
    [InlineData("\"expiry_time\":\"2026-11-24T13:00:00Z\",", false)]
    public void Only_a_null_that_is_there_proves_an_attach(string member, bool attached)
    {
        var upload = Read($$"""{{{member}}"id":"u","status":"uploaded"}""", NotionAnswers.FileUpload);
        Assert.Equal(attached, upload!.ExpiryTime is null);
    }

    [Theory]
    [InlineData("pending", "Pending")]
    [InlineData("expired", "Expired")]
    [InlineData("failed", "Failed")]
    [InlineData("teleported", "Other")]
    public void Statuses(string text, string expected) =>
        Assert.Equal(expected, Read($$"""{"id":"u","status":"{{text}}"}""", NotionAnswers.FileUpload)!.Status.ToString());

    [Theory]
    [InlineData("""{"id":"b","bot":{"workspace_name":"W","workspace_limits":{"max_file_upload_size_in_bytes":5368709120}}}""", 5368709120L)]
    [InlineData("""{"id":"b","bot":{"workspace_limits":{"max_file_upload_size_in_bytes":"5242880"}}}""", 5242880L)]
    [InlineData("""{"id":"b","bot":{}}""", null)]
    [InlineData("""{"id":"b","type":"bot"}""", null)]
    [InlineData("""{"id":"b","bot":{"workspace_limits":null}}""", null)]
    public void The_workspace_limit_may_be_missing(string json, long? limit) => Assert.Equal(limit, Read(json, NotionAnswers.Bot)!.MaxFileUploadSize);

    [Fact]
    public void A_page_tells_its_files_and_whether_those_are_all()
    {
        var page = Read("""
            {"id":"p","properties":{
              "Name":{"id":"title","type":"title","title":[]},
              "Files":{"id":"x","type":"files","has_more":true,"files":[
                {"name":"a","type":"file","file":{"url":"https://s/a","expiry_time":"x"}},
                {"name":"b","external":{"url":"https://e/b"}},
                {"name":"c","type":"hologram","hologram":{"id":1}}]}}}
            """, NotionAnswers.Page)!;
        Assert.Equal("title", page.Properties["Name"].Type);
        Assert.True(page.Properties["Files"].HasMore);
        Assert.Equal([new("a", "file", "https://s/a"), new("b", "external", "https://e/b"), new("c", "hologram", "")], page.Properties["Files"].Files);
    }

    [Fact]
    public void Blocks_databases_and_data_sources()
    {
        var blocks = Read("""{"results":[{"id":"1","type":"file","file":{"name":"n","type":"external","external":{"url":"https://e"}}},{"object":"block"},{"id":"2","type":"divider","divider":{}}],"next_cursor":"c"}""", NotionAnswers.Blocks)!;
        Assert.Equal([new("1", "file", "n", "https://e"), new("2", "divider", null, null)], blocks.Results);
        Assert.Equal("c", blocks.NextCursor);

        var database = Read("""{"id":"d","data_sources":[{"id":"s","name":"S"},{}]}""", NotionAnswers.Database)!;
        Assert.Equal([new("s", "S")], database.DataSources);
        Assert.Empty(Read("""{"id":"d"}""", NotionAnswers.Database)!.DataSources);

        var source = Read("""{"id":"s","title":[{"plain_text":"My "},{"text":{"content":"table"}}],"properties":{"Name":{"type":"title"},"F":{"type":"files"}}}""", NotionAnswers.DataSource)!;
        Assert.Equal("My table", source.Name);
        Assert.Equal("files", source.Properties["F"]);
    }

    [Fact]
    public void No_JSON_makes_a_reader_throw() =>
        Json(3).Sample(
            text =>
            {
                using var document = JsonDocument.Parse(text);
                var json = document.RootElement;
                _ = NotionAnswers.FileUpload(json, null);
                _ = NotionAnswers.FileUploads(json, null);
                _ = NotionAnswers.Bot(json, null);
                _ = NotionAnswers.FirstBlock(json, null);
                _ = NotionAnswers.Pages(json, null);
                _ = NotionAnswers.Page(json, null);
                _ = NotionAnswers.Database(json, null);
                _ = NotionAnswers.DataSource(json, null);
                _ = NotionErrorBody.Read(System.Text.Encoding.UTF8.GetBytes(text));
            },
            iter: 3_000);

    /// <summary>JSON of Notion's words in the wrong places.</summary>
    private static Gen<string> Json(int depth)
    {
        var leaf = OneOf("null", "true", "1", "1e99", "-5", "\"id\"", "\"2026-11-24\"", "\"pending\"", "\"file\"", "\"\"");
        if (depth == 0)
        {
            return leaf;
        }

        var name = OneOf("id", "status", "results", "properties", "files", "type", "file", "bot", "workspace_limits", "expiry_time", "number_of_parts", "data_sources", "title", "additional_data", "committed_child_ids", "retry_after", "code", "message", "external");
        var member = Gen.Select(name, Json(depth - 1), (key, value) => $"\"{key}\":{value}");
        return Gen.OneOf(
            leaf,
            Json(depth - 1).Array[0, 3].Select(items => "[" + string.Join(",", items) + "]"),
            member.Array[0, 6].Select(members => "{" + string.Join(",", members) + "}"));
    }

    private static Gen<string> OneOf(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(i => texts[i]);

    private static T? Read<T>(string text, Func<JsonElement, DateTimeOffset?, T?> read)
        where T : class
    {
        using var document = JsonDocument.Parse(text);
        return read(document.RootElement, null);
    }
}

using System.Text.Json.Nodes;
using Xunit;

namespace Sluice.Conformance.Simulator;

/// <summary>Create: what it answers, and what it refuses.</summary>
public sealed class CreateTests
{
    [Fact]
    public async Task A_new_upload_has_the_fields_of_the_recordings_in_their_order()
    {
        await using var sim = await Sim.StartAsync();
        var reply = (await sim.CallAsync("POST", "/v1/file_uploads", """{"mode":"multi_part","filename":"a.mp4","number_of_parts":3}""", version: "2025-09-03")).Ok();
        Assert.Equal(
            ["object", "id", "created_time", "created_by", "last_edited_time", "expiry_time", "upload_url", "in_trash", "status", "filename", "content_type", "content_length", "number_of_parts", "archived", "request_id"],
            reply.Fields);
        Assert.Equal("""{"total":3,"sent":0}""", reply.Json["number_of_parts"]!.ToJsonString());
        Assert.Null(reply.Json["content_length"]);
        Assert.Equal(["id", "type"], reply.Json["created_by"]!.AsObject().Select(p => p.Key));
        Assert.EndsWith(":00.000Z", reply.Text("created_time"), StringComparison.Ordinal);
        Assert.Equal(reply.Json["created_time"]!.GetValue<DateTimeOffset>().AddHours(1), reply.Json["expiry_time"]!.GetValue<DateTimeOffset>());
        Assert.Equal($"{sim.Address}v1/file_uploads/{reply.Text("id")}/send", reply.Text("upload_url"));
        Assert.Equal("application/json; charset=utf-8", reply.ContentType);
        Assert.True(reply.HasRequestId && reply.HasRay);
    }

    [Theory]
    [InlineData("a.mp4", null, "a.mp4", "application/mp4")]
    [InlineData("a.PNG", null, "a.PNG", "image/png")]
    [InlineData("a.txt", "text/plain", "a.txt", "text/plain")]
    [InlineData("a.mp4", "video/mp4", "a.mp4", "video/mp4")]
    [InlineData("a.xml", "text/xml", "a.xml", "text/xml")]
    [InlineData("film", "video/mp4", "film.mp4", "video/mp4")]
    [InlineData("notes", "text/plain", "notes.txt", "text/plain")]
    [InlineData("a.mkv", null, "a.mkv", null)]
    [InlineData("a.py", "text/x-python", "a.py", "text/x-python")]
    public async Task A_name_and_a_type_are_settled(string name, string? type, string settledName, string? settledType)
    {
        await using var sim = await Sim.StartAsync();
        var body = new JsonObject { ["filename"] = name };
        if (type is not null)
        {
            body["content_type"] = type;
        }

        var reply = (await sim.CallAsync("POST", "/v1/file_uploads", body.ToJsonString())).Ok();
        Assert.Equal((settledName, settledType), (reply.Text("filename"), reply.Json["content_type"]?.GetValue<string>()));
    }

    [Theory]
    [InlineData("""{"filename":"a.exe"}""", "Provided `filename` has an extension that is not supported for the File Upload API.")]
    [InlineData("""{"filename":"plain"}""", "Provided `filename` has an extension that is not supported for the File Upload API.")]
    [InlineData("""{"filename":"a.wav","content_type":"audio/x-wav"}""", "The content type audio/x-wav is not supported for the File Upload API.")]
    [InlineData("""{"filename":"a.txt","content_type":"application/octet-stream"}""", "The content type application/octet-stream is not supported for the File Upload API.")]
    [InlineData("""{"filename":"a.py","content_type":"application/octet-stream"}""", "The content type application/octet-stream is not supported")]
    [InlineData("""{"filename":"a.pdf","content_type":"image/png"}""", "does not match the extension")]
    [InlineData("""{"filename":""}""", "body.filename")]
    [InlineData("""{"filename":7}""", "body.filename should be a string")]
    [InlineData("""{"mode":"both"}""", "body.mode")]
    [InlineData("""{"mode":"external_url","external_url":"https://x/y.png"}""", "does not import")]
    [InlineData("""{"mode":"multi_part","number_of_parts":2}""", "body.filename should be defined")]
    [InlineData("""{"mode":"multi_part","filename":"a.txt"}""", "body.number_of_parts")]
    [InlineData("""{"mode":"multi_part","filename":"a.txt","number_of_parts":0}""", "body.number_of_parts")]
    [InlineData("""{"mode":"multi_part","filename":"a.txt","number_of_parts":10001}""", "body.number_of_parts")]
    [InlineData("""{"mode":"multi_part","filename":"a.txt","number_of_parts":"2"}""", "body.number_of_parts should be a number")]
    public async Task What_does_not_fit_is_refused(string body, string message)
    {
        await using var sim = await Sim.StartAsync();
        (await sim.CallAsync("POST", "/v1/file_uploads", body)).Invalid(message);
        Assert.Empty((await sim.CallAsync("GET", "/v1/file_uploads")).Ok().Results);
    }

    [Theory]
    [InlineData(898, 200)]
    [InlineData(900, 200)]
    [InlineData(901, 400)]
    public async Task A_name_has_at_most_900_bytes(int bytes, int status)
    {
        await using var sim = await Sim.StartAsync();
        var name = string.Concat(Enumerable.Repeat("é", (bytes - 4) / 2)) + (bytes % 2 == 1 ? "a" : "") + ".txt";
        Assert.Equal(bytes, System.Text.Encoding.UTF8.GetByteCount(name));
        Assert.Equal(status, (await sim.CallAsync("POST", "/v1/file_uploads", new JsonObject { ["filename"] = name }.ToJsonString())).Status);
    }

    [Fact]
    public async Task The_extension_that_is_added_counts_towards_the_900_bytes()
    {
        await using var sim = await Sim.StartAsync();
        var body = new JsonObject { ["filename"] = new string('a', 897), ["content_type"] = "text/plain" };
        (await sim.CallAsync("POST", "/v1/file_uploads", body.ToJsonString())).Invalid("900 bytes");
    }

    [Fact]
    public async Task An_empty_body_makes_a_nameless_upload_and_a_field_more_is_no_harm()
    {
        await using var sim = await Sim.StartAsync();
        var reply = (await sim.CallAsync("POST", "/v1/file_uploads", "{}")).Ok();
        Assert.Null(reply.Json["filename"]);
        Assert.Null(reply.Json["content_type"]);
        (await sim.CallAsync("POST", "/v1/file_uploads", """{"filename":"a.txt","content_length":5}""")).Ok();
    }

    [Fact]
    public async Task A_free_workspace_takes_5_MiB_and_no_parts()
    {
        await using var sim = await Sim.StartAsync(o => o with { Plan = "free" });
        Assert.Equal(5_242_880, (await sim.CallAsync("GET", "/v1/users/me")).Ok().Json["bot"]!["workspace_limits"]!["max_file_upload_size_in_bytes"]!.GetValue<long>());
        (await sim.CallAsync("POST", "/v1/file_uploads", """{"mode":"multi_part","filename":"a.txt","number_of_parts":1}""")).Invalid("free plan");
        (await sim.SendAsync(await sim.CreateAsync(), new byte[5_242_880])).Ok();
        (await sim.SendAsync(await sim.CreateAsync(), new byte[5_242_881])).Invalid("limit of 5242880 bytes");

        await sim.ScriptAsync("""{"switches":{"free_multi_part":true}}""");
        await sim.CreateAsync(parts: 1);
        (await sim.CallAsync("POST", "/v1/file_uploads", """{"mode":"multi_part","filename":"a.txt","number_of_parts":2}""")).Invalid("free plan");
    }

    [Fact]
    public async Task Only_the_types_of_2025_are_taken_where_that_is_switched_on()
    {
        await using var sim = await Sim.StartAsync();
        await sim.CreateAsync("a.md");
        await sim.ScriptAsync("""{"switches":{"old_types":true}}""");
        (await sim.CallAsync("POST", "/v1/file_uploads", """{"filename":"a.md"}""")).Invalid("not supported");
        (await sim.CallAsync("POST", "/v1/file_uploads", """{"filename":"a.zip","content_type":"application/zip"}""")).Invalid("not supported");
        await sim.CreateAsync("a.txt");
    }

    [Fact]
    public async Task A_body_has_limits_and_is_JSON()
    {
        await using var sim = await Sim.StartAsync();
        (await sim.CallAsync("POST", "/v1/file_uploads", "{")).Refused(400, "invalid_json", "Error parsing JSON body.");
        (await sim.CallAsync("POST", "/v1/file_uploads", """{"filename":"a.txt","filename":"b.txt"}""")).Refused(400, "invalid_json");
        (await sim.CallAsync("POST", "/v1/file_uploads", "[]")).Invalid("body should be an object");
        (await sim.CallAsync("POST", "/v1/file_uploads", new JsonObject { ["filename"] = "a.txt", ["x"] = new string('x', 500_000) }.ToJsonString())).Invalid("500 KB");
        (await sim.CallAsync("POST", "/v1/file_uploads", $$"""{"filename":"a.txt","x":[{{string.Join(',', Enumerable.Repeat("1", 101))}}]}""")).Invalid("body.x.length should be ≤ `100`");
        (await sim.CallAsync("POST", "/v1/file_uploads", new JsonObject { ["url"] = new string('u', 2001) }.ToJsonString())).Invalid("body.url.length should be ≤ `2000`");
    }

    [Fact]
    public async Task A_bot_may_tell_nothing_about_its_workspace()
    {
        await using var sim = await Sim.StartAsync();
        await sim.ScriptAsync("""{"switches":{"bot_limits":false}}""");
        var me = (await sim.CallAsync("GET", "/v1/users/me")).Ok();
        Assert.Equal("{}", me.Json["bot"]!.ToJsonString());
        Assert.Equal(me.Text("id"), (await sim.CallAsync("GET", $"/v1/users/{me.Text("id")}")).Ok().Text("id"));
        Assert.Single((await sim.CallAsync("GET", "/v1/users")).Ok().Results);
        Assert.NotEqual(me.Text("id"), (await sim.CallAsync("GET", "/v1/users/me", token: "ntn_b")).Ok().Text("id"));
    }
}

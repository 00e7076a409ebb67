using System.Net;
using System.Text.Json;
using Sluice.Checkpoints;
using Sluice.Errors;
using Xunit;

namespace Sluice.Conformance.Front;

/// <summary>The JSON API and the event streams.</summary>
public sealed class ApiTests
{
    private static readonly byte[] File = [.. Enumerable.Range(0, 1000).Select(i => (byte)(i * 7))];

    private static CancellationToken Test => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_upload_is_shown_without_disturbing_its_body()
    {
        await using var world = await FrontWorld.StartAsync();
        var path = await world.CreateAsync(1000);
        await using var raw = await world.ConnectAsync();
        await raw.SendAsync($"PATCH {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nTus-Resumable: 1.0.0\r\nContent-Type: application/offset+octet-stream\r\nUpload-Offset: 0\r\nContent-Length: 1000\r\n\r\n");
        await raw.SendAsync(File[..300]);
        await Eventually.HoldsAsync(() => world.Uploads.Only.Feed.Taken == 300);
        using var answer = await world.SendAsync(HttpMethod.Get, $"/api/uploads/{world.Uploads.Only.Record.Id}");
        using var document = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Test));
        Assert.Equal(
            ["id", "name", "content_type", "length", "offset", "state", "deadline", "needed_bytes_per_second", "parts", "file_upload_id", "sha256", "target", "attached", "expires", "wait", "error", "created", "updated"],
            document.RootElement.EnumerateObject().Select(member => member.Name));
        Assert.Equal((300, "transferring", "none"), (document.RootElement.GetProperty("offset").GetInt32(), document.RootElement.GetProperty("state").GetString(), document.RootElement.GetProperty("target").GetString()));
        Assert.True(world.Uploads.Only.Feed.HasBody);
        await raw.SendAsync(File[300..]);
        Assert.Equal(204, (await raw.AnswerAsync(hasBody: false)).Status);
    }

    [Fact]
    public async Task The_list_is_paged_and_filtered_by_state()
    {
        await using var world = await FrontWorld.StartAsync();
        for (var i = 0; i < 5; i++)
        {
            await world.CreateAsync(1000, name: $"{i}.zip");
        }

        await world.Uploads.All[2].FinishAsync();
        var names = new List<string>();
        var cursor = "";
        for (var pages = 0; pages < 3; pages++)
        {
            using var page = JsonDocument.Parse(await world.Client.GetStringAsync($"/api/uploads?limit=2&cursor={cursor}", Test));
            names.AddRange(page.RootElement.GetProperty("uploads").EnumerateArray().Select(upload => upload.GetProperty("name").GetString()!));
            cursor = page.RootElement.GetProperty("cursor").GetString();
        }

        Assert.Null(cursor);
        Assert.Equal(["4.zip", "3.zip", "2.zip", "1.zip", "0.zip"], names);
        using var done = JsonDocument.Parse(await world.Client.GetStringAsync("/api/uploads?state=done,failed", Test));
        Assert.Equal("2.zip", done.RootElement.GetProperty("uploads").EnumerateArray().Single().GetProperty("name").GetString());
    }

    [Theory]
    [InlineData("limit=0")]
    [InlineData("limit=201")]
    [InlineData("limit=x")]
    [InlineData("state=broken")]
    [InlineData("cursor=7")]
    [InlineData("cursor=0.x")]
    [InlineData("cursor=9.1")]
    public async Task A_question_that_is_none_is_400(string query)
    {
        await using var world = await FrontWorld.StartAsync();
        using var answer = await world.SendAsync(HttpMethod.Get, "/api/uploads?" + query);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task Delete_cancels_and_a_done_upload_is_409()
    {
        await using var world = await FrontWorld.StartAsync();
        await world.CreateAsync(1000);
        var upload = world.Uploads.Only;
        using var cancel = await world.SendAsync(HttpMethod.Delete, $"/api/uploads/{upload.Record.Id}");
        Assert.Equal((HttpStatusCode.NoContent, UploadState.Cancelled), (cancel.StatusCode, upload.Record.State));
        var path = await world.CreateAsync(1000);
        (await world.PatchAsync(path, 0, File)).Dispose();
        using var done = await world.SendAsync(HttpMethod.Delete, $"/api/uploads/{path[7..]}");
        Assert.Equal(HttpStatusCode.Conflict, done.StatusCode);
    }

    [Fact]
    public async Task Attach_hands_the_target_on_and_says_why_not()
    {
        await using var world = await FrontWorld.StartAsync();
        var path = await world.CreateAsync(1000);
        (await world.PatchAsync(path, 0, File)).Dispose();
        var url = $"/api/uploads/{path[7..]}/attach";
        const string page = "page:00000000-0000-4000-8000-000000000001";
        using var attached = await world.SendAsync(HttpMethod.Post, url, null, Json($$"""{"to":"{{page}}"}"""));
        Assert.Equal((HttpStatusCode.OK, page), (attached.StatusCode, world.Uploads.Only.AttachedTo));
        world.Uploads.Only.AttachError = new SluiceError(ErrorCodes.AlreadyAttached, "Elsewhere.");
        using var again = await world.SendAsync(HttpMethod.Post, url, null, Json($$"""{"to":"{{page}}"}"""));
        Assert.Equal(HttpStatusCode.Conflict, again.StatusCode);
        foreach (var body in new[] { "{}", "[]", "{", """{"to":5}""", """{"to":"somewhere"}""", $$"""{"to":"{{new string('x', 20_000)}}"}""" })
        {
            using var wrong = await world.SendAsync(HttpMethod.Post, url, null, Json(body));
            Assert.InRange((int)wrong.StatusCode, 400, 413);
        }

        using var text = await world.SendAsync(HttpMethod.Post, url, null, new StringContent("{}"));
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, text.StatusCode);
    }

    [Fact]
    public async Task Config_and_status_say_what_a_client_needs_to_know()
    {
        await using var world = await FrontWorld.StartAsync();
        await world.CreateAsync(1000);
        await Eventually.HoldsAsync(() => world.Uploads.Only.Record.State == UploadState.Transferring);
        using var config = JsonDocument.Parse(await world.Client.GetStringAsync("/api/config", Test));
        Assert.Equal(("/files", 5L << 30), (config.RootElement.GetProperty("endpoint").GetString(), config.RootElement.GetProperty("max_upload_bytes").GetInt64()));
        using var status = JsonDocument.Parse(await world.Client.GetStringAsync("/api/status", Test));
        Assert.Equal(1, status.RootElement.GetProperty("uploads").GetProperty("transferring").GetInt32());
    }

    [Fact]
    public async Task Ready_follows_the_store_and_the_drain_and_alive_does_not()
    {
        await using var world = await FrontWorld.StartAsync();
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(world, "/readyz"));
        world.Faults.Failure = _ => new StoreUnavailableException("down");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await StatusAsync(world, "/readyz"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(world, "/healthz"));
        world.Faults.Failure = null;
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(world, "/readyz"));
        world.Drain.Begin();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await StatusAsync(world, "/readyz"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(world, "/healthz"));
    }

    [Fact]
    public async Task Events_tell_the_own_uploads_and_nobody_elses_and_only_news()
    {
        await using var world = await FrontWorld.StartAsync();
        var (alice, bob) = (await world.KeyAsync("alice"), await world.KeyAsync("bob"));
        await world.CreateAsync(1000, alice, "alices.zip");
        await world.CreateAsync(1000, bob, "bobs.zip");
        await Eventually.HoldsAsync(() => world.Uploads.All.All(upload => upload.Record.State == UploadState.Transferring));
        await using var stream = await EventReader.OpenAsync(world, alice);
        await using var other = await EventReader.OpenAsync(world, bob);
        var first = await stream.NextAsync("uploads", world.Time);
        Assert.Contains("alices.zip", first, StringComparison.Ordinal);
        Assert.DoesNotContain("bobs.zip", first, StringComparison.Ordinal);
        var others = await other.NextAsync("uploads", world.Time);
        Assert.Contains("bobs.zip", others, StringComparison.Ordinal);
        Assert.DoesNotContain("alices.zip", others, StringComparison.Ordinal);

        await world.Uploads.All[0].FailAsync(ErrorCodes.NotionRefused);
        var second = await stream.NextAsync("uploads", world.Time);
        Assert.Contains("\"state\":\"failed\"", second, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_quiet_stream_gets_a_comment_and_a_revoked_key_ends_it()
    {
        await using var world = await FrontWorld.StartAsync();
        var alice = await world.KeyAsync("alice");
        await using var stream = await EventReader.OpenAsync(world, alice);
        await stream.NextAsync("status", world.Time);
        Assert.Equal("", await stream.NextAsync(":", world.Time));
        await world.Store.Keys.RevokeAsync(AspNetCore.Security.ApiKey.TryParse(alice)!.Value.Id, Test);
        Assert.Null(await stream.NextAsync("never", world.Time));
    }

    [Fact]
    public async Task There_are_fifty_streams_and_a_stop_ends_them()
    {
        await using var world = await FrontWorld.StartAsync();
        var streams = new List<EventReader>();
        for (var i = 0; i < 50; i++)
        {
            streams.Add(await EventReader.OpenAsync(world, null));
        }

        using var more = await world.SendAsync(HttpMethod.Get, "/api/events");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, more.StatusCode);
        world.Drain.Begin();
        foreach (var stream in streams)
        {
            Assert.Null(await stream.NextAsync("never", world.Time));
            await stream.DisposeAsync();
        }
    }

    private static StringContent Json(string text) => new(text, System.Text.Encoding.UTF8, "application/json");

    private static async Task<HttpStatusCode> StatusAsync(FrontWorld world, string path)
    {
        using var answer = await world.SendAsync(HttpMethod.Get, path);
        return answer.StatusCode;
    }
}

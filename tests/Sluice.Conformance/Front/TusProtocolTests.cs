using System.Net;
using Sluice.Checkpoints;
using Sluice.Errors;
using Xunit;

namespace Sluice.Conformance.Front;

/// <summary>The rules of tus 1.0.0, one by one; docs/tus-compliance.md names these tests.</summary>
public sealed class TusProtocolTests
{
    private static readonly byte[] File = [.. Enumerable.Range(0, 1000).Select(i => (byte)(i * 7))];

    [Fact]
    public async Task Options_says_what_is_spoken_and_ignores_the_version_asked()
    {
        await using var world = await FrontWorld.StartAsync();
        using var answer = await world.SendAsync(HttpMethod.Options, "/files", null, null, ("Tus-Resumable", "0.2.2"));
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Equal("1.0.0", Header(answer, "Tus-Version"));
        Assert.Equal("creation,creation-with-upload,expiration,checksum,termination", Header(answer, "Tus-Extension"));
        Assert.Equal("5368709120", Header(answer, "Tus-Max-Size"));
        Assert.Equal("sha1,sha256", Header(answer, "Tus-Checksum-Algorithm"));
    }

    [Theory]
    [InlineData("POST", null)]
    [InlineData("POST", "0.2.2")]
    [InlineData("HEAD", null)]
    [InlineData("PATCH", "1.0")]
    [InlineData("DELETE", "2.0.0")]
    public async Task Another_version_is_412_with_ours_and_nothing_is_done(string method, string? version)
    {
        await using var world = await FrontWorld.StartAsync();
        var path = await world.CreateAsync(1000);
        (string, string)[] headers = version is null ? [] : [("Tus-Resumable", version)];
        using var answer = await world.SendAsync(new HttpMethod(method), method == "POST" ? "/files" : path, null, null, [.. headers, ("Upload-Length", "5")]);
        Assert.Equal(HttpStatusCode.PreconditionFailed, answer.StatusCode);
        Assert.Equal("1.0.0", Header(answer, "Tus-Version"));
        Assert.Equal("1.0.0", Header(answer, "Tus-Resumable"));
        Assert.Equal(UploadState.Transferring, (await TransferringAsync(world)).Record.State);
    }

    [Fact]
    public async Task Post_makes_an_upload_with_a_path_absolute_location_and_its_expiry()
    {
        await using var world = await FrontWorld.StartAsync();
        using var answer = await world.TusAsync(HttpMethod.Post, "/files", null, null, ("Upload-Length", "1000"), ("Upload-Metadata", $"filename {FrontWorld.Base64("ä b.zip")},filetype {FrontWorld.Base64("application/zip")},target {FrontWorld.Base64("none")},caption {FrontWorld.Base64("hello")}"));
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        var upload = world.Uploads.Only;
        Assert.Equal($"/files/{upload.Record.Id}", answer.Headers.Location!.OriginalString);
        Assert.Equal("Wed, 25 Nov 2026 12:00:00 GMT", Header(answer, "Upload-Expires"));
        Assert.Equal("1.0.0", Header(answer, "Tus-Resumable"));

        // 1,000 bytes in 50 minutes.
        Assert.Equal("1", Header(answer, "Sluice-Needed-Bytes-Per-Second"));
        var request = world.Uploads.Requests.Single();
        Assert.Equal(("ä b.zip", "application/zip", 1000, "none", "hello"), (request.Name, request.ContentType, request.Length, request.To, request.Caption));
    }

    [Theory]
    [InlineData(null, 400)]
    [InlineData("", 400)]
    [InlineData("-1", 400)]
    [InlineData("+5", 400)]
    [InlineData("1e3", 400)]
    [InlineData("5, 6", 400)]
    [InlineData("99999999999999999999", 400)]
    [InlineData("9223372036854775807", 413)]
    [InlineData("5368709121", 413)]
    [InlineData("0", 422)]
    public async Task A_length_that_is_none_or_too_large_is_refused(string? length, int status)
    {
        await using var world = await FrontWorld.StartAsync();
        (string, string)[] headers = length is null ? [] : [("Upload-Length", length)];
        using var answer = await world.TusAsync(HttpMethod.Post, "/files", null, null, [.. headers, ("Upload-Metadata", "filename YS56aXA=")]);
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
        Assert.Empty(world.Uploads.All);
    }

    [Theory]
    [InlineData("Upload-Defer-Length", "1")]
    [InlineData("Upload-Concat", "partial")]
    public async Task Extensions_that_are_not_offered_are_400(string header, string value)
    {
        await using var world = await FrontWorld.StartAsync();
        using var answer = await world.TusAsync(HttpMethod.Post, "/files", null, null, (header, value), ("Upload-Length", "5"), ("Upload-Metadata", "filename YS56aXA="));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Empty(world.Uploads.All);
    }

    [Fact]
    public async Task Head_tells_offset_length_expiry_and_the_metadata_as_given_and_is_never_cached()
    {
        await using var world = await FrontWorld.StartAsync();
        var metadata = $"filename {FrontWorld.Base64("a.zip")}, odd,bytes /w==";
        using var made = await world.TusAsync(HttpMethod.Post, "/files", null, null, ("Upload-Length", "1000"), ("Upload-Metadata", metadata));
        using var answer = await world.TusAsync(HttpMethod.Head, made.Headers.Location!.OriginalString);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("0", Header(answer, "Upload-Offset"));
        Assert.Equal("1000", Header(answer, "Upload-Length"));
        Assert.Equal(metadata, Header(answer, "Upload-Metadata"));
        Assert.Equal("no-store", Header(answer, "Cache-Control"));
        Assert.Equal("Wed, 25 Nov 2026 12:00:00 GMT", Header(answer, "Upload-Expires"));
    }

    [Fact]
    public async Task Patch_appends_tells_the_new_offset_and_the_last_one_the_length()
    {
        await using var world = await FrontWorld.StartAsync();
        var path = await world.CreateAsync(1000);
        using var first = await world.PatchAsync(path, 0, File[..600]);
        Assert.Equal((HttpStatusCode.NoContent, "600"), (first.StatusCode, Header(first, "Upload-Offset")));
        Assert.NotNull(Header(first, "Upload-Expires"));
        using var second = await world.PatchAsync(path, 600, File[600..]);
        Assert.Equal((HttpStatusCode.NoContent, "1000"), (second.StatusCode, Header(second, "Upload-Offset")));
        Assert.Equal(File, world.Uploads.Only.Bytes);
        using var head = await world.TusAsync(HttpMethod.Head, path);
        Assert.Equal((HttpStatusCode.OK, "1000"), (head.StatusCode, Header(head, "Upload-Offset")));
    }

    [Fact]
    public async Task A_patch_elsewhere_is_409_and_changes_nothing()
    {
        await using var world = await FrontWorld.StartAsync();
        var path = await world.CreateAsync(1000);
        using var answer = await world.PatchAsync(path, 1, File[..10]);
        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        using var head = await world.TusAsync(HttpMethod.Head, path);
        Assert.Equal("0", Header(head, "Upload-Offset"));
    }

    [Fact]
    public async Task A_patch_of_another_type_is_415()
    {
        await using var world = await FrontWorld.StartAsync();
        var path = await world.CreateAsync(1000);
        using var answer = await world.TusAsync(HttpMethod.Patch, path, null, new StringContent("hello"), ("Upload-Offset", "0"));
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, answer.StatusCode);
        Assert.Equal(0, world.Uploads.Only.Feed.Taken);
    }

    [Theory]
    [InlineData("Upload-Offset", "-1")]
    [InlineData("Upload-Offset", "x")]
    [InlineData("Upload-Length", "1001")]
    [InlineData("Upload-Length", "-1000")]
    public async Task An_offset_that_is_none_and_a_length_that_changes_are_400(string header, string value)
    {
        await using var world = await FrontWorld.StartAsync();
        var path = await world.CreateAsync(1000);
        using var content = new ByteArrayContent(File);
        content.Headers.TryAddWithoutValidation("Content-Type", "application/offset+octet-stream");
        (string, string)[] headers = header == "Upload-Offset" ? [(header, value)] : [("Upload-Offset", "0"), (header, value)];
        using var answer = await world.TusAsync(HttpMethod.Patch, path, null, content, headers);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(0, world.Uploads.Only.Feed.Taken);
    }

    [Fact]
    public async Task A_body_past_the_files_end_is_413_before_it_is_read()
    {
        await using var world = await FrontWorld.StartAsync();
        var path = await world.CreateAsync(999);
        using var answer = await world.PatchAsync(path, 0, File);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        Assert.Equal(0, world.Uploads.Only.Feed.Taken);
    }

    [Theory]
    [InlineData("HEAD")]
    [InlineData("PATCH")]
    [InlineData("DELETE")]
    public async Task An_upload_that_is_not_there_is_404(string method)
    {
        await using var world = await FrontWorld.StartAsync();
        foreach (var id in new[] { new string('a', 32), "x", new string('A', 32), "..%2F..%2Fetc", new string('a', 5000) })
        {
            using var content = new ByteArrayContent(File);
            content.Headers.TryAddWithoutValidation("Content-Type", "application/offset+octet-stream");
            using var answer = await world.TusAsync(new HttpMethod(method), "/files/" + id, null, method == "PATCH" ? content : null, ("Upload-Offset", "0"));
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
            Assert.Null(Header(answer, "Upload-Offset"));
        }
    }

    [Fact]
    public async Task The_override_header_says_the_method()
    {
        await using var world = await FrontWorld.StartAsync();
        var path = await world.CreateAsync(1000);
        using var content = new ByteArrayContent(File[..10]);
        content.Headers.TryAddWithoutValidation("Content-Type", "application/offset+octet-stream");
        using var patched = await world.TusAsync(HttpMethod.Post, path, null, content, ("X-HTTP-Method-Override", "PATCH"), ("Upload-Offset", "0"));
        Assert.Equal((HttpStatusCode.NoContent, "10"), (patched.StatusCode, Header(patched, "Upload-Offset")));
        using var deleted = await world.TusAsync(HttpMethod.Post, path, null, null, ("X-HTTP-Method-Override", "DELETE"));
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        Assert.Equal(UploadState.Cancelled, world.Uploads.Only.Record.State);
    }

    [Fact]
    public async Task Delete_gives_up_and_later_requests_are_410()
    {
        await using var world = await FrontWorld.StartAsync();
        var path = await world.CreateAsync(1000);
        using var deleted = await world.TusAsync(HttpMethod.Delete, path);
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        using var head = await world.TusAsync(HttpMethod.Head, path);
        Assert.Equal(HttpStatusCode.Gone, head.StatusCode);
        Assert.Null(Header(head, "Upload-Offset"));
        using var patch = await world.PatchAsync(path, 0, File);
        Assert.Equal(HttpStatusCode.Gone, patch.StatusCode);
        using var again = await world.TusAsync(HttpMethod.Delete, path);
        Assert.Equal(HttpStatusCode.Gone, again.StatusCode);
    }

    [Fact]
    public async Task Delete_of_a_done_upload_is_204()
    {
        await using var world = await FrontWorld.StartAsync();
        var path = await world.CreateAsync(1000);
        (await world.PatchAsync(path, 0, File)).Dispose();
        using var deleted = await world.TusAsync(HttpMethod.Delete, path);
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        Assert.Equal(UploadState.Done, world.Uploads.Only.Record.State);
    }

    [Fact]
    public async Task Post_with_the_first_bytes_tells_where_the_upload_stands()
    {
        await using var world = await FrontWorld.StartAsync();
        using var content = new ByteArrayContent(File[..300]);
        content.Headers.TryAddWithoutValidation("Content-Type", "application/offset+octet-stream");
        using var answer = await world.TusAsync(HttpMethod.Post, "/files", null, content, ("Upload-Length", "1000"), ("Upload-Metadata", "filename YS56aXA="));
        Assert.Equal((HttpStatusCode.Created, "300"), (answer.StatusCode, Header(answer, "Upload-Offset")));
        using var rest = await world.PatchAsync(answer.Headers.Location!.OriginalString, 300, File[300..]);
        Assert.Equal("1000", Header(rest, "Upload-Offset"));
        Assert.Equal(File, world.Uploads.Only.Bytes);
    }

    [Fact]
    public async Task Post_with_a_body_of_another_type_or_past_the_end_makes_nothing()
    {
        await using var world = await FrontWorld.StartAsync();
        using var text = await world.TusAsync(HttpMethod.Post, "/files", null, new StringContent("hello"), ("Upload-Length", "1000"), ("Upload-Metadata", "filename YS56aXA="));
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, text.StatusCode);
        using var content = new ByteArrayContent(File);
        content.Headers.TryAddWithoutValidation("Content-Type", "application/offset+octet-stream");
        using var more = await world.TusAsync(HttpMethod.Post, "/files", null, content, ("Upload-Length", "999"), ("Upload-Metadata", "filename YS56aXA="));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, more.StatusCode);
        Assert.Empty(world.Uploads.All);
    }

    [Fact]
    public async Task What_the_engine_refuses_is_told_with_its_code_and_wait()
    {
        await using var world = await FrontWorld.StartAsync();
        world.Uploads.Refusal = new SluiceError(ErrorCodes.Busy, "Full.") { RetryAfter = TimeSpan.FromSeconds(7.2) };
        using var answer = await world.TusAsync(HttpMethod.Post, "/files", null, null, ("Upload-Length", "1000"), ("Upload-Metadata", "filename YS56aXA="));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal("8", Header(answer, "Retry-After"));
        Assert.Equal("""{"type":"urn:sluice:error:busy","title":"There is no room for another upload right now.","status":503,"detail":"Full.","code":"busy","retry_after":8,"wait":"queue"}""", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("TRACE")]
    [InlineData("LOCK")]
    public async Task Other_methods_are_405_and_say_which_there_are(string method)
    {
        await using var world = await FrontWorld.StartAsync();
        using var answer = await world.TusAsync(new HttpMethod(method), "/files/" + new string('a', 32));
        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
        Assert.Equal("HEAD, PATCH, DELETE", string.Join(", ", answer.Content.Headers.Allow));
    }

    internal static string? Header(HttpResponseMessage answer, string name) =>
        answer.Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : answer.Content.Headers.TryGetValues(name, out var more) ? string.Join(", ", more) : null;

    private static async Task<TestUpload> TransferringAsync(FrontWorld world)
    {
        await Eventually.HoldsAsync(() => world.Uploads.Only.Record.State == UploadState.Transferring);
        return world.Uploads.Only;
    }
}

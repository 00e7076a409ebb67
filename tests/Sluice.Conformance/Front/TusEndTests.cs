using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Security.Cryptography;
using Sluice.Errors;
using Xunit;

namespace Sluice.Conformance.Front;

/// <summary>The one-byte end, the answer clock, and bodies with a checksum.</summary>
public sealed class TusEndTests
{
    private static readonly byte[] File = [.. Enumerable.Range(0, 1000).Select(i => (byte)(i * 7))];

    [Fact]
    public async Task The_end_is_answered_after_25_seconds_with_length_minus_one_and_again_by_the_last_byte()
    {
        await using var world = await FrontWorld.StartAsync();
        world.Uploads.FinishesAtOnce = false;
        var path = await world.CreateAsync(1000);
        var upload = world.Uploads.Only;
        var patch = world.PatchAsync(path, 0, File);
        await upload.Waited;
        world.Time.Advance(TimeSpan.FromSeconds(24.9));
        Assert.False(patch.IsCompleted);
        world.Time.Advance(TimeSpan.FromSeconds(0.1));
        using var answer = await patch;
        Assert.Equal((HttpStatusCode.NoContent, "999"), (answer.StatusCode, TusProtocolTests.Header(answer, "Upload-Offset")));

        using var head = await world.TusAsync(HttpMethod.Head, path);
        Assert.Equal("999", TusProtocolTests.Header(head, "Upload-Offset"));

        var last = world.PatchAsync(path, 999, File[999..]);
        await Eventually.HoldsAsync(() => upload.Waits == 2);
        await upload.FinishAsync();
        using var done = await last;
        Assert.Equal((HttpStatusCode.NoContent, "1000"), (done.StatusCode, TusProtocolTests.Header(done, "Upload-Offset")));

        // Its answer was lost: it comes once more, and an empty one after that.
        using var again = await world.PatchAsync(path, 999, File[999..]);
        Assert.Equal((HttpStatusCode.NoContent, "1000"), (again.StatusCode, TusProtocolTests.Header(again, "Upload-Offset")));
        using var empty = await world.PatchAsync(path, 1000, []);
        Assert.Equal((HttpStatusCode.NoContent, "1000"), (empty.StatusCode, TusProtocolTests.Header(empty, "Upload-Offset")));
    }

    [Theory]
    [InlineData("auto", "Mozilla/5.0", 204)]
    [InlineData("auto", "okhttp/4.9.2", 503)]
    [InlineData("auto", "Java/17.0.2", 503)]
    [InlineData("auto", "Runner/1 CFNetwork/1410.0.3 Darwin/22.4.0", 503)]
    [InlineData("503", "Mozilla/5.0", 503)]
    [InlineData("204", "okhttp/4.9.2", 204)]
    public async Task Clients_that_refuse_a_smaller_offset_are_told_503(string setting, string agent, int status)
    {
        await using var world = await FrontWorld.StartAsync(options => options.Tus.UnfinishedAnswer = setting);
        world.Uploads.FinishesAtOnce = false;
        var path = await world.CreateAsync(1000);
        var patch = world.PatchAsync(path, 0, File, null, ("User-Agent", agent));
        await world.Uploads.Only.Waited;
        world.Time.Advance(TimeSpan.FromSeconds(25));
        using var answer = await patch;
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.NotNull(TusProtocolTests.Header(answer, "Upload-Expires"));
        Assert.Equal(status == 503 ? "5" : null, TusProtocolTests.Header(answer, "Retry-After"));
    }

    [Theory]
    [InlineData("plan_limit", 413)]
    [InlineData("notion_refused", 410)]
    public async Task An_upload_that_fails_for_good_while_its_end_waits_is_a_4xx_and_head_then_410(string code, int status)
    {
        await using var world = await FrontWorld.StartAsync();
        world.Uploads.FinishesAtOnce = false;
        var path = await world.CreateAsync(1000);
        var patch = world.PatchAsync(path, 0, File);
        await world.Uploads.Only.Waited;
        await world.Uploads.Only.FailAsync(ErrorCodes.Find(code)!);
        using var answer = await patch;
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Contains(code, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        using var head = await world.TusAsync(HttpMethod.Head, path);
        Assert.Equal(HttpStatusCode.Gone, head.StatusCode);
    }

    [Fact]
    public async Task Another_last_byte_is_another_file()
    {
        await using var world = await FrontWorld.StartAsync();
        world.Uploads.FinishesAtOnce = false;
        var path = await world.CreateAsync(1000);
        var first = world.PatchAsync(path, 0, File);
        await world.Uploads.Only.Waited;
        world.Time.Advance(TimeSpan.FromSeconds(25));
        (await first).Dispose();
        using var answer = await world.PatchAsync(path, 999, [(byte)~File[999]]);
        Assert.Equal(HttpStatusCode.Gone, answer.StatusCode);
        Assert.Contains("source_changed", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stop_answers_what_waits_for_the_end_and_refuses_new_uploads_but_no_bytes()
    {
        await using var world = await FrontWorld.StartAsync();
        world.Uploads.FinishesAtOnce = false;
        var path = await world.CreateAsync(1000);
        var patch = world.PatchAsync(path, 0, File);
        await world.Uploads.Only.Waited;
        world.Drain.Begin();
        using var answer = await patch;
        Assert.Equal((HttpStatusCode.NoContent, "999"), (answer.StatusCode, TusProtocolTests.Header(answer, "Upload-Offset")));
        using var made = await world.TusAsync(HttpMethod.Post, "/files", null, null, ("Upload-Length", "5"), ("Upload-Metadata", "filename YS56aXA="));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "5"), (made.StatusCode, TusProtocolTests.Header(made, "Retry-After")));
    }

    [Theory]
    [InlineData("sha1")]
    [InlineData("sha256")]
    public async Task A_body_with_its_checksum_counts_and_one_without_is_460_and_counts_nothing(string algorithm)
    {
        await using var world = await FrontWorld.StartAsync();
        var path = await world.CreateAsync(1000);
        using var wrong = await world.PatchAsync(path, 0, File[..400], null, ("Upload-Checksum", $"{algorithm} {Digest(algorithm, File[..401])}"));
        Assert.Equal((HttpStatusCode)460, wrong.StatusCode);
        Assert.Contains("checksum_mismatch", await wrong.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        using var head = await world.TusAsync(HttpMethod.Head, path);
        Assert.Equal("0", TusProtocolTests.Header(head, "Upload-Offset"));

        using var right = await world.PatchAsync(path, 0, File[..400], null, ("Upload-Checksum", $"{algorithm} {Digest(algorithm, File[..400])}"));
        Assert.Equal((HttpStatusCode.NoContent, "400"), (right.StatusCode, TusProtocolTests.Header(right, "Upload-Offset")));
        using var rest = await world.PatchAsync(path, 400, File[400..], null, ("Upload-Checksum", $"{algorithm} {Digest(algorithm, File[400..])}"));
        Assert.Equal("1000", TusProtocolTests.Header(rest, "Upload-Offset"));
        Assert.Equal(File, world.Uploads.Only.Bytes);
    }

    [Theory]
    [InlineData("md5 1B2M2Y8AsgTpgAmY7PhCfg==")]
    [InlineData("SHA1 Kq5sNclPz7QV2+lfQIuc6R7oRu0=")]
    [InlineData("sha1")]
    [InlineData("sha1 short")]
    [InlineData("sha1  Kq5sNclPz7QV2+lfQIuc6R7oRu0=")]
    [InlineData("sha256 Kq5sNclPz7QV2+lfQIuc6R7oRu0=")]
    public async Task A_checksum_that_is_none_of_ours_is_400(string checksum)
    {
        await using var world = await FrontWorld.StartAsync();
        var path = await world.CreateAsync(1000);
        using var answer = await world.PatchAsync(path, 0, File, null, ("Upload-Checksum", checksum));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(0, world.Uploads.Only.Feed.Taken);
    }

    [Fact]
    public async Task A_checksum_over_more_than_a_part_is_413_before_a_byte()
    {
        await using var world = await FrontWorld.StartAsync();
        var path = await world.CreateAsync(30 << 20);
        await using var raw = await world.ConnectAsync();
        await raw.SendAsync($"PATCH {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nTus-Resumable: 1.0.0\r\nContent-Type: application/offset+octet-stream\r\nUpload-Offset: 0\r\nContent-Length: {(20 << 20) + 1}\r\nUpload-Checksum: sha1 Kq5sNclPz7QV2+lfQIuc6R7oRu0=\r\nExpect: 100-continue\r\n\r\n");
        var answer = await raw.AnswerAsync();
        Assert.Equal(413, answer.Status);
        Assert.Contains("too_large", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bodies_with_checksums_share_one_parts_room_and_a_newer_request_ends_them()
    {
        await using var world = await FrontWorld.StartAsync();
        var path = await world.CreateAsync(30 << 20);
        var other = await world.CreateAsync(30 << 20);
        await using var raw = await world.ConnectAsync();
        await raw.SendAsync($"PATCH {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nTus-Resumable: 1.0.0\r\nContent-Type: application/offset+octet-stream\r\nUpload-Offset: 0\r\nContent-Length: {20 << 20}\r\nUpload-Checksum: sha1 Kq5sNclPz7QV2+lfQIuc6R7oRu0=\r\nExpect: 100-continue\r\n\r\n");
        Assert.Equal(100, (await raw.AnswerAsync()).Status);
        using var full = await world.PatchAsync(other, 0, File, null, ("Upload-Checksum", $"sha1 {Digest("sha1", File)}"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, full.StatusCode);

        using var head = await world.TusAsync(HttpMethod.Head, path);
        Assert.Equal("0", TusProtocolTests.Header(head, "Upload-Offset"));
        Assert.Equal(0, (await raw.AnswerAsync()).Status);
        using var taken = await world.PatchAsync(other, 0, File, null, ("Upload-Checksum", $"sha1 {Digest("sha1", File)}"));
        Assert.Equal(HttpStatusCode.NoContent, taken.StatusCode);
    }

    [SuppressMessage("Security", "CA5350:Do Not Use Weak Cryptographic Algorithms", Justification = "The protocol asks for it.")]
    private static string Digest(string algorithm, byte[] bytes) => Convert.ToBase64String(algorithm == "sha1" ? SHA1.HashData(bytes) : SHA256.HashData(bytes));
}

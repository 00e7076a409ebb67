using System.Net;
using System.Text.Json;
using Sluice.AspNetCore.Security;
using Sluice.Checkpoints;
using Xunit;

namespace Sluice.Conformance.Front;

/// <summary>Each way in that must be closed.</summary>
public sealed class SecurityTests
{
    private static readonly byte[] File = [.. Enumerable.Range(0, 1000).Select(i => (byte)(i * 7))];

    private static CancellationToken Test => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Anothers_upload_is_not_there_for_any_verb()
    {
        await using var world = await FrontWorld.StartAsync();
        var (alice, bob) = (await world.KeyAsync("alice"), await world.KeyAsync("bob"));
        var path = await world.CreateAsync(1000, alice);
        var id = world.Uploads.Only.Record.Id;
        using var head = await world.TusAsync(HttpMethod.Head, path, bob);
        using var patch = await world.PatchAsync(path, 0, File, bob);
        using var delete = await world.TusAsync(HttpMethod.Delete, path, bob);
        using var get = await world.SendAsync(HttpMethod.Get, $"/api/uploads/{id}", bob);
        using var remove = await world.SendAsync(HttpMethod.Delete, $"/api/uploads/{id}", bob);
        using var attach = await world.SendAsync(HttpMethod.Post, $"/api/uploads/{id}/attach", bob, Json("""{"to":"none"}"""));
        Assert.All([head, patch, delete, get, remove, attach], answer => Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode));

        // What is said is the same as for an id that nobody has.
        using var none = await world.SendAsync(HttpMethod.Get, $"/api/uploads/{new string('0', 32)}", bob);
        Assert.Equal(await none.Content.ReadAsStringAsync(Test), await get.Content.ReadAsStringAsync(Test));
        using var list = JsonDocument.Parse(await (await world.SendAsync(HttpMethod.Get, "/api/uploads", bob)).Content.ReadAsStringAsync(Test));
        Assert.Equal(0, list.RootElement.GetProperty("uploads").GetArrayLength());
        Assert.False(world.Uploads.Only.IsOver);
        using var own = await world.TusAsync(HttpMethod.Head, path, alice);
        Assert.Equal(HttpStatusCode.OK, own.StatusCode);
    }

    [Fact]
    public async Task An_admin_sees_every_upload()
    {
        await using var world = await FrontWorld.StartAsync();
        var path = await world.CreateAsync(1000, await world.KeyAsync("alice"));
        using var head = await world.TusAsync(HttpMethod.Head, path, await world.KeyAsync("root", "admin"));
        Assert.Equal(HttpStatusCode.OK, head.StatusCode);
    }

    [Theory]
    [InlineData("sl_0123456789abcdef_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")]
    [InlineData("sl_x")]
    [InlineData("x")]
    [InlineData("sll_00000000000000000000000000000000_00")]
    public async Task A_key_that_is_none_is_401_and_is_not_echoed(string key)
    {
        await using var world = await FrontWorld.StartAsync();
        using var answer = await world.TusAsync(HttpMethod.Post, "/files", key, null, ("Upload-Length", "5"), ("Upload-Metadata", "filename YS56aXA="));
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("Bearer", answer.Headers.WwwAuthenticate.Single().Scheme);
        Assert.DoesNotContain(key.Length > 10 ? key[4..] : $"'{key}'", await answer.Content.ReadAsStringAsync(Test), StringComparison.Ordinal);
        Assert.Empty(world.Uploads.All);
    }

    [Fact]
    public async Task The_right_id_with_another_secret_is_401()
    {
        await using var world = await FrontWorld.StartAsync();
        var key = await world.KeyAsync("alice");
        using var answer = await world.SendAsync(HttpMethod.Get, "/api/uploads", key[..^1] + (key[^1] == '0' ? '1' : '0'));
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task Once_there_are_keys_nobody_comes_without_even_from_loopback()
    {
        await using var world = await FrontWorld.StartAsync();
        await world.KeyAsync("alice");
        using var post = await world.TusAsync(HttpMethod.Post, "/files", null, null, ("Upload-Length", "5"));
        Assert.Equal(HttpStatusCode.Unauthorized, post.StatusCode);
        using var head = await world.TusAsync(HttpMethod.Head, "/files/" + new string('a', 32));
        Assert.Equal(HttpStatusCode.NotFound, head.StatusCode);
        using var alive = await world.SendAsync(HttpMethod.Get, "/healthz");
        Assert.Equal(HttpStatusCode.OK, alive.StatusCode);
    }

    [Fact]
    public async Task A_revoked_key_is_refused_within_a_minute()
    {
        await using var world = await FrontWorld.StartAsync();
        var key = await world.KeyAsync("alice");
        using var before = await world.SendAsync(HttpMethod.Get, "/api/uploads", key);
        Assert.Equal(HttpStatusCode.OK, before.StatusCode);
        Assert.True(await world.Store.Keys.RevokeAsync(ApiKey.TryParse(key)!.Value.Id, Test));
        world.Time.Advance(TimeSpan.FromSeconds(60));
        using var after = await world.SendAsync(HttpMethod.Get, "/api/uploads", key);
        Assert.Equal(HttpStatusCode.Unauthorized, after.StatusCode);
    }

    [Theory]
    [InlineData("upload", "GET", "/api/uploads", 403)]
    [InlineData("upload", "GET", "/api/status", 403)]
    [InlineData("upload", "GET", "/api/events", 403)]
    [InlineData("read", "GET", "/api/uploads", 200)]
    [InlineData("read", "GET", "/api/status", 200)]
    [InlineData("read", "POST", "/files", 403)]
    [InlineData("read", "PUT", "/files/a.zip", 403)]
    [InlineData("read", "POST", "/api/links", 403)]
    [InlineData("admin", "GET", "/api/status", 200)]
    public async Task A_key_does_what_its_scope_says(string scope, string method, string path, int status)
    {
        await using var world = await FrontWorld.StartAsync();
        var key = await world.KeyAsync("alice", scope);
        using var answer = await world.TusAsync(new HttpMethod(method), path, key, method == "PUT" ? new ByteArrayContent(File) : null);
        Assert.Equal(status, (int)answer.StatusCode);
    }

    [Fact]
    public async Task Keys_from_settings_open_the_door_without_a_store()
    {
        var key = ApiKey.Create();
        await using var world = await FrontWorld.StartAsync(options => options.Security.Keys.Add(SettingKey.Format(key.ToRecord("ci", ["upload", "read"], default))));
        using var answer = await world.SendAsync(HttpMethod.Get, "/api/session", key.ToString());
        Assert.Equal("""{"owner":"ci","scopes":["upload","read"],"by":"key"}""", await answer.Content.ReadAsStringAsync(Test));
        using var without = await world.SendAsync(HttpMethod.Get, "/api/session");
        Assert.Equal(HttpStatusCode.Unauthorized, without.StatusCode);
    }

    [Fact]
    public async Task A_session_is_a_cookie_that_scripts_cannot_read_and_ends_with_its_key()
    {
        await using var world = await FrontWorld.StartAsync();
        var key = await world.KeyAsync("alice");
        using var login = await world.SendAsync(HttpMethod.Post, "/api/session", null, Json($$"""{"key":"{{key}}"}"""));
        Assert.Equal(HttpStatusCode.OK, login.StatusCode);
        var cookie = login.Headers.GetValues("Set-Cookie").Single();
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(key.Split('_')[2], cookie, StringComparison.Ordinal);
        var value = cookie.Split(';')[0];

        using var who = await world.SendAsync(HttpMethod.Get, "/api/session", null, null, ("Cookie", value));
        Assert.Contains("\"by\":\"session\"", await who.Content.ReadAsStringAsync(Test), StringComparison.Ordinal);
        using var forged = await world.SendAsync(HttpMethod.Get, "/api/session", null, null, ("Cookie", value[..^1] + (value[^1] == '0' ? '1' : '0')));
        Assert.Equal(HttpStatusCode.Unauthorized, forged.StatusCode);

        await world.Store.Keys.RevokeAsync(ApiKey.TryParse(key)!.Value.Id, Test);
        world.Time.Advance(TimeSpan.FromSeconds(60));
        using var after = await world.SendAsync(HttpMethod.Get, "/api/session", null, null, ("Cookie", value));
        Assert.Equal(HttpStatusCode.Unauthorized, after.StatusCode);
    }

    [Fact]
    public async Task A_session_is_over_after_twelve_hours_and_a_wrong_key_makes_none()
    {
        await using var world = await FrontWorld.StartAsync();
        var key = await world.KeyAsync("alice");
        using var wrong = await world.SendAsync(HttpMethod.Post, "/api/session", null, Json($$"""{"key":"{{key}}x"}"""));
        Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
        Assert.False(wrong.Headers.Contains("Set-Cookie"));
        using var login = await world.SendAsync(HttpMethod.Post, "/api/session", null, Json($$"""{"key":"{{key}}"}"""));
        var value = login.Headers.GetValues("Set-Cookie").Single().Split(';')[0];
        world.Time.Advance(TimeSpan.FromHours(12));
        using var after = await world.SendAsync(HttpMethod.Get, "/api/session", null, null, ("Cookie", value));
        Assert.Equal(HttpStatusCode.Unauthorized, after.StatusCode);
    }

    [Theory]
    [InlineData("Origin", "https://evil.example")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    [InlineData("Origin", "null")]
    public async Task A_page_of_another_site_cannot_use_a_session_or_an_open_loopback(string header, string value)
    {
        await using var world = await FrontWorld.StartAsync();
        using var open = await world.SendAsync(HttpMethod.Post, "/files/form", null, new MultipartFormDataContent { { new ByteArrayContent(File), "file", "a.zip" } }, (header, value));
        Assert.Equal(HttpStatusCode.Forbidden, open.StatusCode);
        var key = await world.KeyAsync("alice");
        using var login = await world.SendAsync(HttpMethod.Post, "/api/session", null, Json($$"""{"key":"{{key}}"}"""));
        var cookie = login.Headers.GetValues("Set-Cookie").Single().Split(';')[0];
        world.Time.Advance(TimeSpan.FromSeconds(61));
        using var session = await world.TusAsync(HttpMethod.Post, "/files", null, null, ("Cookie", cookie), (header, value), ("Upload-Length", "5"), ("Upload-Metadata", "filename YS56aXA="));
        Assert.Equal(HttpStatusCode.Forbidden, session.StatusCode);
        Assert.Empty(world.Uploads.All);

        // The same from our own page, and by key from anywhere.
        using var own = await world.TusAsync(HttpMethod.Post, "/files", null, null, ("Cookie", cookie), ("Origin", world.Address.GetLeftPart(UriPartial.Authority)), ("Upload-Length", "5"), ("Upload-Metadata", "filename YS56aXA="));
        Assert.Equal(HttpStatusCode.Created, own.StatusCode);
        using var byKey = await world.TusAsync(HttpMethod.Post, "/files", key, null, (header, value), ("Upload-Length", "5"), ("Upload-Metadata", "filename YS56aXA="));
        Assert.Equal(HttpStatusCode.Created, byKey.StatusCode);
        Assert.False(byKey.Headers.Contains("Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task A_site_that_resolves_to_loopback_does_not_open_it_and_neither_does_a_proxy_for_others()
    {
        await using var world = await FrontWorld.StartAsync();
        using var rebound = await world.SendAsync(HttpMethod.Get, "/api/uploads", null, null, ("Host", "evil.example"));
        Assert.Equal(HttpStatusCode.Unauthorized, rebound.StatusCode);
        using var proxied = await world.SendAsync(HttpMethod.Get, "/api/uploads", null, null, ("X-Forwarded-For", "203.0.113.9"));
        Assert.Equal(HttpStatusCode.Unauthorized, proxied.StatusCode);
        using var own = await world.SendAsync(HttpMethod.Get, "/api/uploads");
        Assert.Equal(HttpStatusCode.OK, own.StatusCode);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Forwarded_headers_are_believed_from_configured_proxies_alone(bool trusted)
    {
        await using var world = await FrontWorld.StartAsync(options =>
        {
            if (trusted)
            {
                options.Security.TrustedProxies.Add("127.0.0.0/8");
            }
        });
        var key = await world.KeyAsync("alice");
        using var login = await world.SendAsync(HttpMethod.Post, "/api/session", null, Json($$"""{"key":"{{key}}"}"""), ("X-Forwarded-Proto", "https"), ("X-Forwarded-For", "203.0.113.9"));
        Assert.Equal(trusted, login.Headers.GetValues("Set-Cookie").Single().Contains("secure", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task A_link_takes_files_to_its_target_as_often_as_large_and_as_long_as_it_says()
    {
        await using var world = await FrontWorld.StartAsync();
        var alice = await world.KeyAsync("alice");
        const string page = "page:00000000-0000-4000-8000-000000000001";
        using var made = await world.SendAsync(HttpMethod.Post, "/api/links", alice, Json($$"""{"to":"{{page}}","max_bytes":1000,"max_uses":2,"expires_in":"1h"}"""));
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        using var link = JsonDocument.Parse(await made.Content.ReadAsStringAsync(Test));
        var token = link.RootElement.GetProperty("token").GetString()!;
        Assert.Equal($"/u/#{token}", link.RootElement.GetProperty("url").GetString());

        using var large = await PostAsync(world, token, 1001);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, large.StatusCode);
        using var first = await PostAsync(world, token, 1000, "page:ffffffff-0000-4000-8000-000000000001");
        Assert.Equal(HttpStatusCode.Created, first.StatusCode);
        Assert.Equal(page, world.Uploads.Requests[0].To);

        // Its holder goes on with it, its owner sees it, nobody else does.
        var path = first.Headers.Location!.OriginalString;
        using var taken = await world.PatchAsync(path, 0, File, token);
        Assert.Equal(HttpStatusCode.NoContent, taken.StatusCode);
        using var owner = await world.SendAsync(HttpMethod.Get, "/api/uploads", alice);
        Assert.Contains(path[7..], await owner.Content.ReadAsStringAsync(Test), StringComparison.Ordinal);
        using var bob = await world.TusAsync(HttpMethod.Head, path, await world.KeyAsync("bob"));
        Assert.Equal(HttpStatusCode.NotFound, bob.StatusCode);
        using var list = await world.SendAsync(HttpMethod.Get, "/api/uploads", token);
        using var more = await world.SendAsync(HttpMethod.Post, "/api/links", token, Json("{}"));
        Assert.All([list, more], answer => Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode));

        // A refused upload used nothing.
        using var second = await PostAsync(world, token, 10);
        Assert.Equal(HttpStatusCode.Created, second.StatusCode);
        using var third = await PostAsync(world, token, 10);
        Assert.Equal(HttpStatusCode.Forbidden, third.StatusCode);
        Assert.Equal(2, world.Uploads.All.Count);
    }

    [Fact]
    public async Task A_link_past_its_time_or_revoked_makes_no_upload()
    {
        await using var world = await FrontWorld.StartAsync();
        var alice = await world.KeyAsync("alice");
        var (token, _) = await LinkAsync(world, alice, """{"expires_in":"1h"}""");
        var begun = await world.CreateAsync(1000, token);
        world.Time.Advance(TimeSpan.FromHours(1));
        using var late = await PostAsync(world, token, 10);
        Assert.Equal(HttpStatusCode.Forbidden, late.StatusCode);
        using var goesOn = await world.TusAsync(HttpMethod.Head, begun, token);
        Assert.Equal(HttpStatusCode.OK, goesOn.StatusCode);

        var (other, id) = await LinkAsync(world, alice, """{"expires_in":"1h"}""");
        using var foreign = await world.SendAsync(HttpMethod.Delete, $"/api/links/{id}", await world.KeyAsync("bob"));
        Assert.Equal(HttpStatusCode.NotFound, foreign.StatusCode);
        using var revoke = await world.SendAsync(HttpMethod.Delete, $"/api/links/{id}", alice);
        Assert.Equal(HttpStatusCode.NoContent, revoke.StatusCode);
        using var revoked = await PostAsync(world, other, 10);
        Assert.Equal(HttpStatusCode.Unauthorized, revoked.StatusCode);
        using var forged = await PostAsync(world, other[..^1] + (other[^1] == '0' ? '1' : '0'), 10);
        Assert.Equal(HttpStatusCode.Unauthorized, forged.StatusCode);
    }

    [Fact]
    public async Task The_last_use_of_a_link_is_given_once_however_many_come_at_the_same_time()
    {
        await using var world = await FrontWorld.StartAsync();
        var (token, _) = await LinkAsync(world, await world.KeyAsync("alice"), """{"max_uses":3}""");
        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => PostAsync(world, token, 10)));
        Assert.Equal(3, answers.Count(answer => answer.StatusCode == HttpStatusCode.Created));
        Assert.Equal(9, answers.Count(answer => answer.StatusCode == HttpStatusCode.Forbidden));
        Assert.Equal(3, world.Uploads.All.Count(upload => upload.Record.State != UploadState.Cancelled));
        Array.ForEach(answers, answer => answer.Dispose());
    }

    [Theory]
    [InlineData("../../etc/passwd", ".._.._etc_passwd")]
    [InlineData("a\r\nSet-Cookie: x=1.zip", "a__Set-Cookie: x=1.zip")]
    [InlineData("a\0b.zip", "a_b.zip")]
    [InlineData("a\u202Egpj.exe", "a_gpj.exe")]
    [InlineData("C:\\temp\\a.zip", "C:_temp_a.zip")]
    [InlineData("\u001B[31m.zip", "_[31m.zip")]
    public async Task Names_are_cleaned_and_never_come_back_as_headers(string name, string clean)
    {
        await using var world = await FrontWorld.StartAsync();
        using var answer = await world.TusAsync(HttpMethod.Post, "/files", null, null, ("Upload-Length", "1000"), ("Upload-Metadata", $"filename {FrontWorld.Base64(name)}"));
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        Assert.False(answer.Headers.Contains("Set-Cookie"));
        Assert.Equal(clean, world.Uploads.Requests.Single().Name);
        using var head = await world.TusAsync(HttpMethod.Head, answer.Headers.Location!.OriginalString);
        Assert.Equal($"filename {FrontWorld.Base64(name)}", TusProtocolTests.Header(head, "Upload-Metadata"));
    }

    [Theory]
    [InlineData(10_000)]
    [InlineData(901)]
    public async Task A_name_that_is_too_long_is_refused_not_shortened(int length)
    {
        await using var world = await FrontWorld.StartAsync();
        using var answer = await world.TusAsync(HttpMethod.Post, "/files", null, null, ("Upload-Length", "1000"), ("Upload-Metadata", $"filename {FrontWorld.Base64(new string('a', length))}"));
        Assert.InRange((int)answer.StatusCode, 400, 422);
        using var put = await world.SendAsync(HttpMethod.Put, "/files/" + new string('b', length), null, new ByteArrayContent(File));
        Assert.Equal(length > 8192 ? 414 : 422, (int)put.StatusCode);
        Assert.Empty(world.Uploads.All);
    }

    [Fact]
    public async Task Metadata_bombs_are_400()
    {
        await using var world = await FrontWorld.StartAsync();
        foreach (var metadata in new[]
        {
            string.Join(',', Enumerable.Range(0, 33).Select(i => $"k{i} YQ==")), "filename YQ==,filename Yg==", "filename YQ", "filename Y Q==", ",", "filename YQ==,,x YQ==", $"{new string('k', 65)} YQ==", "file=name YQ", "ключ YQ==", $"filename {new string('A', 8 << 10)}",
        })
        {
            using var answer = await world.TusAsync(HttpMethod.Post, "/files", null, null, ("Upload-Length", "1000"), ("Upload-Metadata", metadata));
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        }

        Assert.Empty(world.Uploads.All);
    }

    [Fact]
    public async Task Too_many_requests_are_503_but_bytes_and_offsets_of_uploads_under_way_never()
    {
        await using var world = await FrontWorld.StartAsync(options => options.Security.RequestsPerMinute = 5);
        var (alice, bob) = (await world.KeyAsync("alice"), await world.KeyAsync("bob"));
        var path = await world.CreateAsync(1000, alice);
        var statuses = new List<int>();
        for (var i = 0; i < 8; i++)
        {
            using var answer = await world.SendAsync(HttpMethod.Get, "/api/uploads", alice);
            statuses.Add((int)answer.StatusCode);
        }

        Assert.Contains(503, statuses);
        Assert.DoesNotContain(429, statuses);
        for (var i = 0; i < 10; i++)
        {
            using var patch = await world.PatchAsync(path, i * 100, File[(i * 100)..((i + 1) * 100)], alice);
            Assert.Equal(HttpStatusCode.NoContent, patch.StatusCode);
            using var head = await world.TusAsync(HttpMethod.Head, path, alice);
            Assert.Equal(HttpStatusCode.OK, head.StatusCode);
        }

        using var other = await world.SendAsync(HttpMethod.Get, "/api/uploads", bob);
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
    }

    [Fact]
    public async Task An_owner_has_so_many_uploads_open_and_no_more()
    {
        await using var world = await FrontWorld.StartAsync(options => options.Security.MaxUploadsPerOwner = 2);
        var (alice, bob) = (await world.KeyAsync("alice"), await world.KeyAsync("bob"));
        var first = await world.CreateAsync(1000, alice);
        await world.CreateAsync(1000, alice);
        using var third = await PostAsync(world, alice, 10);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, third.StatusCode);
        await world.CreateAsync(1000, bob);
        (await world.TusAsync(HttpMethod.Delete, first, alice)).Dispose();
        using var again = await PostAsync(world, alice, 10);
        Assert.Equal(HttpStatusCode.Created, again.StatusCode);
    }

    [Fact]
    public async Task Every_answer_carries_the_security_headers()
    {
        await using var world = await FrontWorld.StartAsync();
        foreach (var (method, path) in new[] { ("GET", "/healthz"), ("GET", "/readyz"), ("GET", "/api/config"), ("OPTIONS", "/files"), ("POST", "/files"), ("GET", "/api/uploads/none"), ("DELETE", "/api/status") })
        {
            using var answer = await world.SendAsync(new HttpMethod(method), path);
            Assert.Equal("nosniff", TusProtocolTests.Header(answer, "X-Content-Type-Options"));
            Assert.Contains("default-src 'none'", TusProtocolTests.Header(answer, "Content-Security-Policy"), StringComparison.Ordinal);
            Assert.False(answer.Headers.Contains("Server"));
        }
    }

    [Fact]
    public async Task An_application_says_whose_the_request_is_and_where_the_file_goes()
    {
        await using var world = await FrontWorld.StartAsync(policy: new TestPolicy());
        using var made = await world.TusAsync(HttpMethod.Post, "/files", null, null, ("X-User", "carol"), ("Upload-Length", "1000"), ("Upload-Metadata", "filename YS56aXA=,team YQ=="));
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        var request = world.Uploads.Requests.Single();
        Assert.Equal(("carol", "page:00000000-0000-4000-8000-000000000001", "team-a"), (request.Owner, request.To, request.Connection));
        using var refused = await world.TusAsync(HttpMethod.Post, "/files", null, null, ("X-User", "carol"), ("Upload-Length", "1000"), ("Upload-Metadata", "filename YS56aXA="));
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        using var other = await world.TusAsync(HttpMethod.Head, made.Headers.Location!.OriginalString, null, null, ("X-User", "dave"));
        Assert.Equal(HttpStatusCode.NotFound, other.StatusCode);
        using var own = await world.TusAsync(HttpMethod.Head, made.Headers.Location!.OriginalString, null, null, ("X-User", "carol"));
        Assert.Equal(HttpStatusCode.OK, own.StatusCode);
    }

    [Fact]
    public async Task Settings_that_are_wrong_are_all_listed_and_nothing_starts()
    {
        var e = await Assert.ThrowsAsync<Microsoft.Extensions.Options.OptionsValidationException>(() => FrontWorld.StartAsync(options =>
        {
            options.Front.AnswerDeadline = TimeSpan.Zero;
            options.Security.LinkKey = "short";
            options.Security.Keys.Add("x");
            options.Security.TrustedProxies.Add("everyone");
            options.Tus.UnfinishedAnswer = "418";
            options.Admission.Delays = "0.8=1s,0.4=2s";
        }));
        Assert.Equal(6, e.Failures.Count());
    }

    private static StringContent Json(string text) => new(text, System.Text.Encoding.UTF8, "application/json");

    private static Task<HttpResponseMessage> PostAsync(FrontWorld world, string key, long length, string to = "none") =>
        world.TusAsync(HttpMethod.Post, "/files", key, null, ("Upload-Length", length.ToString(System.Globalization.CultureInfo.InvariantCulture)), ("Upload-Metadata", $"filename YS56aXA=,target {FrontWorld.Base64(to)}"));

    private static async Task<(string Token, string Id)> LinkAsync(FrontWorld world, string key, string document)
    {
        using var made = await world.SendAsync(HttpMethod.Post, "/api/links", key, Json(document));
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        using var link = JsonDocument.Parse(await made.Content.ReadAsStringAsync(Test));
        return (link.RootElement.GetProperty("token").GetString()!, link.RootElement.GetProperty("id").GetString()!);
    }
}

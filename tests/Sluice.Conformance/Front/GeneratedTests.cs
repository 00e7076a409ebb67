using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using CsCheck;
using Sluice.AspNetCore.Tus;
using Sluice.Notion;
using Xunit;

namespace Sluice.Conformance.Front;

/// <summary>
/// Generated requests against the front on a real server: whatever headers, metadata and bodies say, each is answered, nothing is a
/// fault of ours, nothing of the client's comes back as a header, and every upload that came of it has a clean name and a true length.
/// A million with SLUICE_FULL=1.
/// </summary>
public sealed class GeneratedTests
{
    private static readonly long Count = Environment.GetEnvironmentVariable("SLUICE_FULL") == "1" ? 1_000_000 : 3_000;

    private static readonly Gen<string> Odd = Gen.OneOf(
        Gen.Const(""), Gen.Const("0"), Gen.Const("-1"), Gen.Const("5"), Gen.Const("+5"), Gen.Const(" 5"), Gen.Const("5,5"), Gen.Const("0x5"), Gen.Const("1e3"), Gen.Const("9223372036854775807"), Gen.Const("9223372036854775808"),
        Gen.Const("5368709121"), Gen.Const("99999999999999999999999999999999"), Gen.Long[-10, 20].Select(static n => n.ToString(CultureInfo.InvariantCulture)), Gen.String[Gen.Char[' ', '~'], 0, 60]);

    /// <summary>Names as they should not be: control characters, line ends, right-to-left marks, lone halves of pairs, very long.</summary>
    private static readonly Gen<string> Name = Gen.OneOf(
        Gen.String[0, 40], Gen.String[Gen.Char['\0', '\x1f'], 1, 9], Gen.Const("a.txt"), Gen.Const("../../etc/passwd"), Gen.Const("a\r\nSet-Cookie: x=1.txt"), Gen.Const("\u202Etxt.exe"), Gen.Const("\0"), Gen.Const("CON"), Gen.Const("."),
        Gen.Int[800, 12_000].Select(static n => new string('n', n) + ".txt"));

    private static readonly Gen<string> Metadata = Gen.OneOf(
        Odd,
        Name.Select(static n => $"filename {Base64(n)}"),
        Gen.Select(Name, Name, Gen.String[Gen.Char[' ', '~'], 0, 20], static (a, b, key) => $"filename {Base64(a)},{key} {Base64(b)},target {Base64(b)}"),
        Gen.Int[1, 200].Select(static n => string.Join(',', Enumerable.Range(0, n).Select(i => $"k{i} {Base64(new string('v', i))}"))),
        Gen.Const("filename !!!notbase64"), Gen.Const("filename"), Gen.Const(",,,"), Gen.Const("filename YQ==,filename Yg=="));

    private static readonly Gen<(string Name, string Value)> Header = Gen.Select(
        Any("Upload-Length", "Upload-Offset", "Upload-Checksum", "Upload-Concat", "Upload-Defer-Length", "Tus-Resumable", "Content-Type", "Expect", "X-HTTP-Method-Override", "Transfer-Encoding", "Authorization", "Cookie", "X-Forwarded-For", "Range", "Content-Encoding"),
        Gen.OneOf(Odd, Any("1.0.0", "application/offset+octet-stream", "sha1 Kq5sNclPz7QV2+lfQIuc6R7oRu0=", "100-continue", "chunked", "PATCH", "DELETE", "Bearer sl_aa_bb", "multipart/form-data; boundary=x", "partial")));

    private static readonly Gen<Generated> Request = Gen.Select(
        Any("POST", "PATCH", "HEAD", "PUT", "DELETE", "OPTIONS", "GET", "BREW"),
        Gen.OneOf(Any("/files", "/files/", "/files/{id}", "/files/{id}", "/files/form", "/files/a.txt", "/api/uploads", "/api/uploads/{id}", "/api/uploads/{id}/attach", "/api/uploads?limit=-1", "/api/links", "/api/session", "/api/config"), Gen.String[Gen.Char['!', '~'], 1, 30].Select(static s => $"/files/{s}")),
        Metadata,
        Header.Array[0, 5],
        Gen.Bool,
        Gen.OneOf(Gen.Byte.Array[0, 40], Gen.Const("--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\r\n.txt\"\r\n\r\nhello\r\n--x--\r\n"u8.ToArray()), Gen.Const("{\"to\":\"page:x\"}"u8.ToArray())),
        static (method, path, metadata, headers, proper, body) => new Generated(method, path, metadata, headers, proper, body));

    /// <summary>One server takes so many: what it made of them is looked at in the end.</summary>
    private const long PerWorld = 10_000;

    [Fact]
    public async Task Whatever_a_request_says_it_is_answered_and_nothing_of_it_gets_through()
    {
        for (var left = Count; left > 0; left -= PerWorld)
        {
            await SampleAsync(Math.Min(left, PerWorld));
        }
    }

    private static async Task SampleAsync(long count)
    {
        await using var world = await FrontWorld.StartAsync(static o => (o.Security.RequestsPerMinute, o.Security.MaxUploadsPerOwner) = (1_000_000, 1_000_000));
        var id = (await world.CreateAsync(20)).Split('/')[^1];
        var statuses = new ConcurrentDictionary<int, int>();
        await Request.SampleAsync(
            async request =>
            {
                await using var connection = await world.ConnectAsync();
                await connection.SendAsync(request.Bytes(id));
                var (status, head, _) = await connection.AnswerAsync(request.Method != "HEAD");
                statuses.AddOrUpdate(status, 1, static (_, n) => n + 1);

                // 0: the connection was closed without an answer, as for a body that contradicts its own framing.
                Assert.True(status is 0 or (>= 100 and < 500) or 501 or 503, $"{status} for {request}");
                Assert.DoesNotContain("Set-Cookie: x=1", head, StringComparison.OrdinalIgnoreCase);
                Assert.All(head.Split("\r\n").Skip(1), line => Assert.Matches("^[A-Za-z0-9-]+: ?[^\r\n\0]*$|^$", line));
            },
            iter: count,
            threads: 4);

        // The generator reaches both sides: what is taken, and what is refused for more than one reason.
        Assert.True(statuses.ContainsKey(201) && statuses.ContainsKey(400) && statuses.ContainsKey(404), string.Join(", ", statuses));
        foreach (var upload in world.Uploads.All)
        {
            Assert.Null(NotionName.Problem(upload.Record.Name, NotionLimits.Default));
            Assert.Equal(NotionName.Clean(upload.Record.Name), upload.Record.Name);
            Assert.InRange(upload.Record.Length, 1, 5L << 30);
            Assert.InRange(upload.Offset, 0, upload.Record.Length);
            Assert.True((upload.Record.Metadata?.Length ?? 0) <= 8 << 10);
        }

        using var alive = await world.SendAsync(HttpMethod.Get, "/healthz");
        Assert.Equal(System.Net.HttpStatusCode.OK, alive.StatusCode);
    }

    /// <summary>The parser of Upload-Metadata on its own, with many more.</summary>
    [Fact]
    public void No_metadata_makes_its_parser_throw_or_let_a_control_character_into_a_name() => Metadata.Sample(
        static text =>
        {
            if (TusMetadata.TryParse(text, out var metadata, out var problem))
            {
                Assert.DoesNotContain(NotionName.Clean(metadata.Value("filename", "name") ?? ""), char.IsControl);
            }
            else
            {
                Assert.NotEmpty(problem);
            }
        },
        iter: Count * 10);

    private static Gen<string> Any(params string[] all) => Gen.Int[0, all.Length - 1].Select(index => all[index]);

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private sealed record Generated(string Method, string Path, string Metadata, (string Name, string Value)[] Headers, bool Proper, byte[] Body)
    {
        public byte[] Bytes(string id)
        {
            var head = new StringBuilder($"{Method} {Path.Replace("{id}", id, StringComparison.Ordinal)} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n");
            if (Proper)
            {
                // A request that means it, with one thing or another wrong in the rest.
                head.Append("Tus-Resumable: 1.0.0\r\nUpload-Length: 5\r\n");
            }

            head.Append(CultureInfo.InvariantCulture, $"Upload-Metadata: {Metadata}\r\n");
            foreach (var (name, value) in Headers)
            {
                head.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
            }

            if (!Headers.Any(static h => h.Name == "Transfer-Encoding"))
            {
                head.Append(CultureInfo.InvariantCulture, $"Content-Length: {Body.Length}\r\n");
            }

            return [.. Encoding.Latin1.GetBytes(head.Append("\r\n").ToString()), .. Body];
        }

        public override string ToString() => Encoding.Latin1.GetString(Bytes("{id}"));
    }
}

using System.Text;
using Xunit;

namespace Sluice.Conformance.Simulator;

/// <summary>Reading stored files back by their signed addresses.</summary>
public sealed class StoredFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sluice-stored-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_file_is_read_back_by_get_and_by_ranges()
    {
        await using var sim = await Sim.StartAsync(o => o with { Store = _folder });
        var (url, bytes) = await StoreAsync(sim);
        Assert.Matches("^http://[^/]+/files/[^/]+/[^/]+/a%20b.txt\\?.*X-Amz-Expires=3600.*X-Amz-Signature=[0-9a-f]{64}.*x-id=GetObject$", url);
        var (status, whole, response) = await sim.GetAsync(url);
        Assert.Equal((200, "text/plain", bytes.Length), (status, response.Content.Headers.ContentType!.ToString(), (int)response.Content.Headers.ContentLength!));
        Assert.Equal(Sim.Sha256(bytes), Sim.Sha256(whole));

        var middle = Sim.MinPart; // across two parts
        foreach (var (range, from, to) in new[] { ("bytes=0-1", 0, 1), ($"bytes={middle - 2}-{middle + 1}", middle - 2, middle + 1), ($"bytes={bytes.Length - 3}-", bytes.Length - 3, bytes.Length - 1), ("bytes=-4", bytes.Length - 4, bytes.Length - 1), ("bytes=3-99999999", 3, bytes.Length - 1) })
        {
            (status, var piece, response) = await sim.GetAsync(url, range);
            Assert.Equal((206, $"bytes {from}-{to}/{bytes.Length}"), (status, response.Content.Headers.ContentRange!.ToString()));
            Assert.Equal(bytes[from..(to + 1)], piece);
        }

        (status, _, response) = await sim.GetAsync(url, $"bytes={bytes.Length}-");
        Assert.Equal((416, $"bytes */{bytes.Length}"), (status, response.Content.Headers.ContentRange!.ToString()));
        Assert.Equal(200, (await sim.GetAsync(url, "bytes=5-2")).Status);
    }

    [Fact]
    public async Task An_address_is_signed_anew_at_every_read_for_get_and_for_an_hour()
    {
        await using var sim = await Sim.StartAsync(o => o with { Store = _folder });
        var (url, _) = await StoreAsync(sim);
        Assert.Equal(403, (await sim.GetAsync(url, method: "HEAD")).Status);
        Assert.Equal(403, (await sim.GetAsync(url.Replace("X-Amz-Date=2", "X-Amz-Date=3", StringComparison.Ordinal))).Status);
        await sim.AdvanceAsync("3599s");
        Assert.Equal(200, (await sim.GetAsync(url)).Status);
        await sim.AdvanceAsync("2s");
        var (status, body, response) = await sim.GetAsync(url);
        Assert.Equal((403, "application/xml"), (status, response.Content.Headers.ContentType!.ToString()));
        Assert.Contains("Request has expired", Encoding.UTF8.GetString(body), StringComparison.Ordinal);

        var again = (await sim.CallAsync("GET", $"/v1/blocks/{Sim.Page}/children")).Ok().Results[0]!["file"]!["file"]!;
        Assert.NotEqual(url, again["url"]!.GetValue<string>());
        Assert.Equal(200, (await sim.GetAsync(again["url"]!.GetValue<string>())).Status);
        var now = DateTimeOffset.Parse((await sim.AdminAsync("GET", "/_sim/stats")).Text("now"), System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(again["expiry_time"]!.GetValue<DateTimeOffset>(), now.AddMinutes(59), now.AddMinutes(60));
        Assert.Matches("\\.[0-9]{3}Z$", again["expiry_time"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_download_may_fail_or_break_off()
    {
        await using var sim = await Sim.StartAsync(o => o with { Store = _folder });
        var (url, bytes) = await StoreAsync(sim);
        await sim.ScriptAsync("""[{"endpoint":"file","times":1,"status":503},{"endpoint":"file","times":1,"reset_after":100000}]""");
        Assert.Equal(503, (await sim.GetAsync(url)).Status);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => sim.GetAsync(url));
        Assert.Equal(bytes.Length, (await sim.GetAsync(url)).Bytes.Length);
    }

    [Fact]
    public async Task Bytes_that_were_not_kept_are_gone_and_said_to_be()
    {
        await using var sim = await Sim.StartAsync();
        var (url, bytes) = await StoreAsync(sim);
        var id = (await sim.AdminAsync("GET", "/_sim/uploads")).Json[0]!["id"]!.GetValue<string>();
        Assert.Equal(Sim.Sha256(bytes), (await sim.AdminAsync("GET", $"/_sim/uploads/{id}")).Text("sha256"));
        var (status, body, _) = await sim.GetAsync(url);
        Assert.Equal(410, status);
        Assert.Contains("--store DIR", Encoding.UTF8.GetString(body), StringComparison.Ordinal);
    }

    private static async Task<(string Url, byte[] Bytes)> StoreAsync(Sim sim)
    {
        var (first, last) = (Sim.Bytes(Sim.MinPart, 1), Sim.Bytes(1000, 2));
        var id = await sim.CreateAsync("a b.txt", 2);
        (await sim.SendAsync(id, last, 2)).Ok();
        (await sim.SendAsync(id, first, 1)).Ok();
        (await sim.CompleteAsync(id)).Ok();
        return ((await sim.AppendAsync(id)).Ok().Results[0]!["file"]!["file"]!["url"]!.GetValue<string>(), [.. first, .. last]);
    }
}

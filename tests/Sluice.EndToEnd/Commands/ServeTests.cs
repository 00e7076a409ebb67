using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Sluice.EndToEnd.Running;

namespace Sluice.EndToEnd.Commands;

/// <summary><c>sluice serve</c> and <c>sluice key</c> as an operator meets them.</summary>
public sealed class ServeTests
{
    [Theory]
    [InlineData("http://0.0.0.0:0")]
    [InlineData("http://*:0")]
    public async Task Beyond_loopback_it_does_not_start_without_a_key(string listen)
    {
        await using var place = await Place.OpenAsync();
        var ended = (await place.RunAsync("serve", "--listen", listen)).Exits(2);
        Assert.Contains($"at {listen}: there is no key. Make one with: sluice key create --owner NAME --scope upload,read", ended.Error, StringComparison.Ordinal);
        Assert.Empty(ended.Out);
    }

    [Fact]
    public async Task PORT_means_every_address_and_so_needs_a_key()
    {
        await using var place = await Place.OpenAsync();
        place.Variables["PORT"] = "18231";
        Assert.Contains("at http://*:18231: there is no key", (await place.RunAsync("serve")).Exits(2).Error, StringComparison.Ordinal);
        place.Variables["PORT"] = "99999";
        Assert.Contains("PORT is '99999'", (await place.RunAsync("serve")).Exits(2).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--listen https://127.0.0.1:1", "TLS ends at the router")]
    [InlineData("--listen example.org", "write http://<ip address>:<port>")]
    [InlineData("--store redis:localhost", "records uploads with sqlite only")]
    [InlineData("--to nowhere", "--to nowhere: ")]
    [InlineData("--set Front:AnswerDeadline=soon", "Front:AnswerDeadline cannot be 'soon' (--set): it takes a duration")]
    [InlineData("--set Security:LinkKey=short", "Security:LinkKey cannot be what was given (--set)")]
    [InlineData("--set Security:Keys=a:b:c:d", "Security:Keys cannot be 'a:b:c:d'")]
    public async Task What_is_wrong_is_said_before_anything_starts(string options, string sentence)
    {
        await using var place = await Place.OpenAsync();
        Assert.Contains(sentence, (await place.RunAsync(["serve", .. options.Split(' ')])).Exits(2).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_opens_the_door_until_it_is_revoked_and_the_gateway_leaves_at_SIGTERM()
    {
        await using var place = await Place.OpenAsync();
        var path = place.Write("a.txt", 6 << 20);
        var key = (await place.RunAsync("key", "create", "--owner", "ci", "--scope", "upload")).Exits(0).Out.Trim();
        var gateway = place.StartExactly("serve", "--listen", "http://127.0.0.1:0", "--to", Place.Page);
        var door = await DoorAsync(gateway);
        using var http = new HttpClient { BaseAddress = door };
        Assert.Equal(HttpStatusCode.Unauthorized, (await PutAsync(http, path)).StatusCode);

        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var answer = await PutAsync(http, path);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        Assert.Contains(Place.Sha256(path), await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Single(await place.Notion.AttachmentsAsync("a.txt"));

        gateway.Send(Signal.Terminate);
        var ended = (await gateway.EndAsync()).Exits(0);
        Assert.DoesNotContain(key, ended.Out + ended.Error, StringComparison.Ordinal);

        var id = key.Split('_')[1];
        Assert.Contains($"{id}: revoked", (await place.RunAsync("key", "revoke", id)).Exits(0).Out, StringComparison.Ordinal);
        Assert.Contains("There is no valid key", (await place.RunAsync("key", "revoke", id)).Exits(2).Error, StringComparison.Ordinal);
        var again = place.StartExactly("serve", "--listen", "http://127.0.0.1:0");
        http.Dispose();
        using var other = new HttpClient { BaseAddress = await DoorAsync(again) };
        other.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        Assert.Equal(HttpStatusCode.Unauthorized, (await PutAsync(other, path)).StatusCode);
    }

    [Fact]
    public async Task A_key_of_the_settings_is_stored_nowhere()
    {
        await using var place = await Place.OpenAsync();
        var lines = (await place.RunAsync("key", "create", "--owner", "ci", "--scope", "read,upload", "--print-setting")).Exits(0).Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Contains("there are no keys", (await place.RunAsync("key", "list")).Exits(0).Error, StringComparison.Ordinal);
        var setting = lines[1].Split('=', 2);
        place.Variables[setting[0]] = setting[1];
        var gateway = place.StartExactly("serve", "--listen", "http://127.0.0.1:0");
        using var http = new HttpClient { BaseAddress = await DoorAsync(gateway) };
        Assert.Equal(HttpStatusCode.Unauthorized, (await http.GetAsync("/api/status", TestContext.Current.CancellationToken)).StatusCode);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", lines[0]);
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/api/status", TestContext.Current.CancellationToken)).StatusCode);
    }

    private static async Task<Uri> DoorAsync(RunningProgram gateway)
    {
        await Bounds.UntilAsync(() => Task.FromResult(gateway.Out.Contains("/api/status", StringComparison.Ordinal) || gateway.IsOver), () => gateway.Out + gateway.Error);
        return new Uri(Regex.Match(gateway.Out, @"http://127\.0\.0\.1:\d+", RegexOptions.None, TimeSpan.FromSeconds(1)).Value);
    }

    private static async Task<HttpResponseMessage> PutAsync(HttpClient http, string path)
    {
        await using var file = File.OpenRead(path);
        using var content = new StreamContent(file);
        return await http.PutAsync("/files/a.txt", content, TestContext.Current.CancellationToken);
    }
}

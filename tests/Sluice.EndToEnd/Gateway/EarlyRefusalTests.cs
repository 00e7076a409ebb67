using Sluice.EndToEnd.Running;

namespace Sluice.EndToEnd.Gateway;

/// <summary>A refusal that needs no byte of the body costs the client none: curl asks with <c>Expect</c>, and hears no before it sends.</summary>
public sealed class EarlyRefusalTests
{
    [Theory]
    [InlineData("film.txt?target=page:00000000-0000-4000-8000-000000000003", 422, "target_not_shared")]
    [InlineData("film.txt?target=nowhere", 400, "bad_request")]
    [InlineData("film.exe", 415, "type_refused")]
    [InlineData("large.txt", 413, "too_large")]
    public async Task Curl_sends_nothing_of_a_file_that_is_refused(string name, int status, string code)
    {
        await using var place = await Place.OpenAsync();
        using var door = await GatewayDoor.OpenAsync(place, "Security:MaxUploadBytes=20MiB");
        var path = place.Write("film.txt", name.StartsWith("large", StringComparison.Ordinal) ? 21 << 20 : 8 << 20);

        var ended = await place.StartProgram("curl", "-sS", "--expect100-timeout", "30", "-w", "\n%{http_code} %{size_upload}", "-T", path, $"{door.Files}/{name}").EndAsync();

        var lines = ended.Exits(0).Out.Trim().Split('\n');
        Assert.Contains($"\"code\":\"{code}\"", lines[0], StringComparison.Ordinal);
        Assert.Equal($"{status} 0", lines[^1]);
        Assert.Empty(await place.Notion.UploadsAsync());
    }

    [Fact]
    public async Task Without_a_key_nothing_is_sent_where_keys_are_needed()
    {
        await using var place = await Place.OpenAsync();
        (await place.RunAsync("key", "create", "--owner", "ci", "--scope", "upload")).Exits(0);
        using var door = await GatewayDoor.OpenAsync(place);
        var path = place.Write("film.txt", 8 << 20);
        var ended = await place.StartProgram("curl", "-sS", "--expect100-timeout", "30", "-o", "/dev/null", "-w", "%{http_code} %{size_upload}", "-T", path, $"{door.Files}/film.txt").EndAsync();
        Assert.Equal("401 0", ended.Exits(0).Out.Trim());
    }
}

using System.Text.Json;
using Sluice.EndToEnd.OfficialClients;
using Sluice.EndToEnd.Running;
using Sluice.Simulator;

namespace Sluice.EndToEnd.Gateway;

/// <summary>Clients that others wrote, with their own defaults, against the published gateway; those that can go on go on after a kill -9.</summary>
public sealed class ClientTests
{
    private const int Part = 5 << 20;

    /// <summary>The small profile's senders: each can have one part that arrived and is not written down when the gateway is killed.</summary>
    private const int Senders = 3;

    private static readonly long Size = Program.IsFull ? 1L << 30 : 64L << 20;

    public static TheoryData<string> Profiles => Program.IsFull ? ["calm", "flaky", "rough", "outage", "forgetful"] : ["flaky"];

    private static string Script(string folder, string name) => Path.GetFullPath(Path.Combine(OfficialClient.Folder, "..", folder, name));

    [Theory]
    [MemberData(nameof(Profiles))]
    public async Task Tus_js_client_goes_on_by_itself_after_a_kill(string profile)
    {
        await using var place = await OpenAsync(profile);
        using var door = await GatewayDoor.OpenAsync(place);
        var path = place.Write("film.txt", Size);

        var client = place.StartProgram("node", Script("js", "tus-upload.mjs"), door.Files, path, Place.Page);
        await KillInTheMiddleAsync(place, door, client);

        await door.ArrivedAsync(path, (await client.EndAsync()).Exits(0).Out.Trim());
        await SentLittleMoreAsync(place, profile);
    }

    [Theory]
    [MemberData(nameof(Profiles))]
    public async Task Tuspy_without_retries_goes_on_when_it_is_run_again(string profile)
    {
        await using var place = await OpenAsync(profile);
        using var door = await GatewayDoor.OpenAsync(place);
        var path = place.Write("film.txt", Size);

        var client = Tuspy();
        await KillInTheMiddleAsync(place, door, client);
        Assert.NotEqual(0, (await client.EndAsync()).ExitCode);

        Ended ended;
        var runs = 1;
        do
        {
            ended = await Tuspy().EndAsync();
        }
        while (ended.ExitCode != 0 && ++runs < 5);
        await door.ArrivedAsync(path, ended.Exits(0).Out.Trim());
        await SentLittleMoreAsync(place, profile);

        RunningProgram Tuspy() => place.StartProgram("/usr/bin/python3", Script("py", "tuspy-upload.py"), door.Files, path, Place.Page);
    }

    [Theory]
    [MemberData(nameof(Profiles))]
    public async Task Curl_puts_a_file(string profile)
    {
        await using var place = await OpenAsync(profile);
        using var door = await GatewayDoor.OpenAsync(place, Kept(profile));
        var path = place.Write("film.txt", Size);
        await CurlAsync(place, door, path, "-T", path, $"{door.Files}/film.txt?target={Place.Page}");
        await SentLittleMoreAsync(place, profile);
    }

    [Theory]
    [MemberData(nameof(Profiles))]
    public async Task Curl_posts_a_form(string profile)
    {
        await using var place = await OpenAsync(profile);
        using var door = await GatewayDoor.OpenAsync(place, Kept(profile));
        var path = place.Write("film.txt", Size);
        await CurlAsync(place, door, path, "-F", $"target={Place.Page}", "-F", $"file=@{path}", $"{door.Files}/form");
        await SentLittleMoreAsync(place, profile);
    }

    /// <summary>201 done, or 202 where finishing goes on behind the answer; both name the upload.</summary>
    private static async Task CurlAsync(Place place, GatewayDoor door, string path, params string[] arguments)
    {
        var ended = (await place.StartProgram("curl", ["-sS", "--fail-with-body", "-w", "\n%{http_code}", .. arguments]).EndAsync()).Exits(0);
        var lines = ended.Out.Trim().Split('\n');
        Assert.Contains(lines[^1], new[] { "201", "202" });
        using var json = JsonDocument.Parse(lines[0]);
        var id = json.RootElement.GetProperty("id").GetString()!;
        await Bounds.UntilAsync(async () => (await door.UploadAsync(id)).GetProperty("state").GetString() == "done", () => door.Process.Error);
        await door.ArrivedAsync(path, id);
    }

    /// <summary>Who cannot send its bytes again needs them kept, should Notion forget the upload.</summary>
    private static string[] Kept(string profile) => profile == "forgetful" ? ["Spool:Keep=all"] : [];

    private static Task<Place> OpenAsync(string profile) => Place.OpenAsync(new SimulatorOptions { Profile = profile, Seed = 7, RequestsPerMinute = 0 });

    /// <summary>Once some parts arrived and the rest did not.</summary>
    private static async Task KillInTheMiddleAsync(Place place, GatewayDoor door, RunningProgram client)
    {
        await Bounds.UntilAsync(async () => client.IsOver || await place.Notion.BodyBytesAsync() > 2L * Part, () => $"Client: {client.Out} {client.Error}\nGateway: {door.Process.Error}");
        Assert.False(client.IsOver, $"It was over before the kill: {client.Out} {client.Error}");
        await door.KillAsync();
    }

    /// <summary>What a profile's faults cost (docs/testing.md) and what one kill may cost.</summary>
    private static async Task SentLittleMoreAsync(Place place, string profile)
    {
        var more = profile switch { "calm" => 1.02, "flaky" => 1.25, "forgetful" => 2.04, _ => 1.6 };
        Assert.InRange(await place.Notion.BodyBytesAsync(), Size, (long)(Size * more) + (Senders * Part));
    }
}

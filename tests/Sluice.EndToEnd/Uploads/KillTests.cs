using Sluice.EndToEnd.Running;
using Sluice.Simulator;

namespace Sluice.EndToEnd.Uploads;

/// <summary>kill -9 costs at most what was in memory, whenever it comes.</summary>
public sealed class KillTests
{
    /// <summary>A files property of a row that the test makes.</summary>
    private const string Row = "row::Files";

    private const int Kills = 25;

    /// <summary>The small profile's senders: each of them can have one part that arrived and is not written down.</summary>
    private const int Senders = 3;

    [Fact]
    public async Task Twenty_five_kills_in_one_upload_lose_nothing_and_double_nothing()
    {
        // Three parts of 5 MiB share the line: some kills come before any of them is there, others behind, and none behind the last of the file.
        await using var place = await Place.OpenAsync(new SimulatorOptions { RequestsPerMinute = 0, Bandwidth = 64 << 20 });
        var path = place.Write("film.txt", 448L << 20);
        var moments = new Random(25);
        var again = 0;
        for (var kill = 1; kill <= Kills; kill++)
        {
            var running = place.Start("upload", path, "--to", Place.Page, "--part-size", "5MiB", "--rate", "off", "--concurrency", $"{Senders}", "--json");
            var until = await place.Notion.BodyBytesAsync() + moments.NextInt64(100_000, 28 << 20);
            await Bounds.UntilAsync(async () => running.IsOver || await place.Notion.BodyBytesAsync() >= until, () => $"run {kill} sends to byte {until}; it said: {running.Error}");
            Assert.False(running.IsOver, $"Run {kill} ended before it could be killed: {running.Out} {running.Error}");
            running.Send(Signal.Kill);
            await running.EndAsync();

            var more = await SentAgainAsync(place);
            Assert.True(more - again <= Senders, $"Kill {kill} cost {more - again} parts.");
            again = more;
        }

        var ended = (await place.RunAsync("upload", path, "--to", Place.Page, "--part-size", "5MiB", "--rate", "off", "--json")).Exits(0);

        await Proof.ArrivedAsync(place, path, ended.Line);
        Assert.Single(await place.Notion.UploadsAsync());
        Assert.True(await SentAgainAsync(place) <= Senders * Kills);
        Assert.True(ended.Line.GetProperty("resumed_from").GetInt64() > 0);
    }

    [Theory]
    [InlineData("a part's answer", "send", 12 << 20, Place.Page)]
    [InlineData("the answer of a single-part send", "send", 3 << 20, Place.Page)]
    [InlineData("the answer of complete", "complete", 12 << 20, Place.Page)]
    [InlineData("the answer of the attach", "append", 12 << 20, Place.Page)]
    [InlineData("the answer of the attach to a property", "page_update", 3 << 20, Row)]
    [InlineData("the answer of a new row", "page_create", 3 << 20, "database:" + NotionSide.Database)]
    public async Task Killed_between_the_deed_and_its_answer(string moment, string endpoint, int length, string target)
    {
        await using var place = await Place.OpenAsync();
        var path = place.Write("film.txt", length);
        target = target == Row ? $"page:{await place.Notion.MakeRowAsync()}::Files" : target;

        // The work is done, and the answer is held until the program is dead.
        await place.Notion.FaultsAsync($$"""[{"endpoint":"{{endpoint}}","times":1,"delay_ms":3600000}]""");
        var running = place.Start("upload", path, "--to", target, "--part-size", "5MiB", "--json");
        await Bounds.UntilAsync(async () => await DoneAsync(place, endpoint), () => $"{moment}: {running.Error}");
        running.Send(Signal.Kill);
        await running.EndAsync();

        var ended = (await place.RunAsync("upload", path, "--to", target, "--part-size", "5MiB", "--json")).Exits(0);

        await Proof.ArrivedAsync(place, path, ended.Line);
        Assert.Single(await place.Notion.UploadsAsync());
    }

    private static async Task<bool> DoneAsync(Place place, string endpoint)
    {
        if ((await place.Notion.UploadsAsync()).SingleOrDefault() is not { ValueKind: not System.Text.Json.JsonValueKind.Undefined } upload)
        {
            return false;
        }

        return endpoint switch
        {
            "send" => upload.GetProperty("parts_sent").GetInt32() == (upload.GetProperty("parts_total").ValueKind == System.Text.Json.JsonValueKind.Null ? 1 : upload.GetProperty("parts_total").GetInt32()),
            "complete" => upload.GetProperty("status").GetString() == "uploaded",
            _ => upload.GetProperty("attachments").GetArrayLength() == 1,
        };
    }

    private static async Task<int> SentAgainAsync(Place place) =>
        (await place.Notion.UploadsAsync()).Sum(u => u.GetProperty("sends").GetInt32() - u.GetProperty("parts_sent").GetInt32());
}

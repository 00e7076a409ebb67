using System.Text.Json;
using Sluice.EndToEnd.Running;

namespace Sluice.EndToEnd.Commands;

/// <summary>Where settings come from, which wins, and what is said about wrong ones.</summary>
public sealed class SettingTests
{
    [Fact]
    public async Task Each_layer_wins_over_the_one_before_and_doctor_says_which()
    {
        await using var place = await Place.OpenAsync();
        Directory.CreateDirectory(place.Data);
        var here = Path.Combine(place.Folder, "appsettings.json");
        var there = Path.Combine(place.Data, "appsettings.json");
        await File.WriteAllTextAsync(here, """{ "Retry": { "MaxAttempts": 6, "InitialDelay": "2s", "MaxDelay": "00:01:30", "JitterPercent": 10 }, "Front": { "AnswerDeadline": "20s" }, /* the gateway's */ }""", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(there, """{ "Retry": { "InitialDelay": "3s", "JitterPercent": 11 } }""", TestContext.Current.CancellationToken);
        place.Variables["SLUICE__RETRY__JITTERPERCENT"] = "12";
        place.Variables["SLUICE__PARTS__MAXSIZE"] = "10MiB";

        var report = (await place.RunAsync("doctor", "--json", "--set", "Parts:MaxSize=8388608", "--set", "Timeouts:Connect=500ms", "--set", "Notion:Url=http://127.0.0.1:1", "--notion-url", place.Notion.Address.ToString())).Exits(0).Line;

        Assert.Equal(("6", here), Of(report, "Retry:MaxAttempts"));
        Assert.Equal(("3s", there), Of(report, "Retry:InitialDelay"));
        Assert.Equal(("90s", here), Of(report, "Retry:MaxDelay"));
        Assert.Equal(("12", "SLUICE__RETRY__JITTERPERCENT"), Of(report, "Retry:JitterPercent"));
        Assert.Equal(("8MiB", "--set"), Of(report, "Parts:MaxSize"));
        Assert.Equal(("500ms", "--set"), Of(report, "Timeouts:Connect"));
        Assert.Equal((place.Notion.Address.ToString(), "--notion-url"), Of(report, "Notion:Url"));
        Assert.Equal(("30s", "default"), Of(report, "Lease:Duration"));
        Assert.Equal(place.Data, report.GetProperty("data").GetString());
        Assert.Equal("NOTION_TOKEN", report.GetProperty("token_from").GetString());
        Assert.True(report.GetProperty("ok").GetBoolean());
        Assert.Equal(5_368_709_120, report.GetProperty("max_file_size").GetInt64());
    }

    [Theory]
    [InlineData("Retry:GiveUpAfter", "500ms", "500ms")]
    [InlineData("Retry:GiveUpAfter", "90s", "90s")]
    [InlineData("Retry:GiveUpAfter", "2m", "2m")]
    [InlineData("Retry:GiveUpAfter", "24h", "24h")]
    [InlineData("Retry:GiveUpAfter", "01:30:00", "90m")]
    [InlineData("Parts:Size", "auto", "auto")]
    [InlineData("Parts:Size", "5242880", "5MiB")]
    [InlineData("Parts:Size", "6MiB", "6MiB")]
    [InlineData("Spool:MaxBytes", "1GiB", "1GiB")]
    [InlineData("Spool:MaxBytes", "500MB", "500000000")]
    [InlineData("Pacing:RequestsPerMinute", "off", "off")]
    [InlineData("Features:Integrity", "50%", "50%")]
    public async Task Durations_sizes_and_words(string name, string text, string shown)
    {
        await using var place = await Place.OpenAsync();
        Assert.Equal((shown, "--set"), Of((await place.RunAsync("doctor", "--json", "--set", $"{name}={text}")).Exits(0).Line, name));
    }

    [Fact]
    public async Task Everything_that_is_wrong_is_listed_at_once()
    {
        await using var place = await Place.OpenAsync();
        place.Write("a.txt", 10);
        await File.WriteAllTextAsync(Path.Combine(place.Folder, "appsettings.json"), """{ "Retry": { "MaxAttempt": 6, "InitialDelay": 30 } }""", TestContext.Current.CancellationToken);
        place.Variables["SLUICE__TIMEOUTS__CONNECT"] = "30 s";

        var ended = (await place.RunAsync(
            "upload", "a.txt", "--to", "nowhere", "--part-size", "1KiB", "--concurrency", "0", "--rate", "often", "--give-up-after", "1", "--limit-rate", "fast", "--unsupported", "maybe", "--log-level", "loud",
            "--verify", "--restart", "--skip-done", "--set", "Wat:Ever=1", "--set", "nonsense", "--json")).Exits(2).Says(
            "There is no setting 'Retry:MaxAttempt' (" + Path.Combine(place.Folder, "appsettings.json") + "). Did you mean Retry:MaxAttempts?",
            "Retry:InitialDelay cannot be '30'", "Timeouts:Connect cannot be '30 s' (SLUICE__TIMEOUTS__CONNECT)", "--to: 'nowhere' is not a target", "Parts:Size cannot be '1KiB' (--part-size)",
            "(--concurrency)", "'often' (--rate)", "'1' (--give-up-after)", "'fast' (--limit-rate)", "--unsupported maybe", "--log-level loud", "--restart and --skip-done exclude", "--verify", "'Wat:Ever'", "--set nonsense");

        Assert.Equal("bad_request", ended.Line.GetProperty("error").GetProperty("code").GetString());
        Assert.Empty(await place.Notion.UploadsAsync());
        await File.WriteAllTextAsync(Path.Combine(place.Folder, "appsettings.json"), "{ not json", TestContext.Current.CancellationToken);
        (await place.RunAsync("list")).Exits(2).Says("appsettings.json cannot be read");
    }

    private static (string? Value, string? Origin) Of(JsonElement report, string name)
    {
        var setting = report.GetProperty("settings").EnumerateArray().Single(s => s.GetProperty("name").GetString() == name);
        return (setting.GetProperty("value").GetString(), setting.GetProperty("origin").GetString());
    }
}

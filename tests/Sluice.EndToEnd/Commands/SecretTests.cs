using Sluice.EndToEnd.Running;
using Sluice.Simulator;

namespace Sluice.EndToEnd.Commands;

/// <summary>The Notion token is in no output, no log and no record, whatever happens.</summary>
public sealed class SecretTests
{
    [Fact]
    public async Task The_token_is_nowhere()
    {
        await using var place = await Place.OpenAsync(new SimulatorOptions { Profile = "rough", Seed = 3, RequestsPerMinute = 0 });
        place.Write("a.txt", 12 << 20);
        place.Write("b.txt", 100);
        await File.WriteAllTextAsync(Path.Combine(place.Root, "token"), Place.Token, TestContext.Current.CancellationToken);
        string[] trace = ["--log-level", "trace"];
        var row = await place.Notion.MakeRowAsync();
        List<Ended> runs =
        [
            (await place.RunAsync(["upload", "a.txt", "--to", Place.Page, "--part-size", "5MiB", "--json", .. trace])).Exits(0),
            (await place.RunAsync(["upload", "b.txt", "--to", $"page:{row}::Files", "--token-file", Path.Combine(place.Root, "token"), .. trace])).Exits(0),
            await place.RunAsync(["upload", "b.txt", "--to", "page:" + NotionSide.NotShared, .. trace]),
            await place.RunAsync(["upload", "b.txt", "--notion-url", "http://127.0.0.1:1", "--give-up-after", "100ms", .. trace]),
            await place.RunAsync(["upload", "b.txt", "--notion-url", $"http://{Place.Token}@127.0.0.1:1", "--give-up-after", "100ms", .. trace]),
            await place.RunAsync("list", "--json"),
            await place.RunAsync("resume", "--all", "--log-level", "trace"),
            await place.RunAsync("doctor", "--json", "--log-level", "trace"),
            await place.RunAsync("doctor", "--log-level", "trace"),
        ];
        place.Variables["NOTION_TOKEN"] = "bad_" + Place.Token;
        runs.Add((await place.RunAsync(["upload", "a.txt", .. trace])).Exits(2));
        place.Variables["NOTION_TOKEN"] = Place.Token + "\u00e9 x";
        runs.Add(await place.RunAsync(["upload", "b.txt", .. trace]));

        Assert.Contains(runs, r => r.Error.Contains("Uploading", StringComparison.OrdinalIgnoreCase) || r.Error.Contains(" information ", StringComparison.Ordinal) || r.Error.Contains(" debug ", StringComparison.Ordinal));
        Assert.All(runs, r => Assert.DoesNotContain(Place.Token, r.Out + r.Error, StringComparison.Ordinal));
        foreach (var file in Directory.EnumerateFiles(place.Data, "*", SearchOption.AllDirectories))
        {
            var bytes = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
            Assert.True(bytes.AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(Place.Token)) < 0, $"{file} holds the token.");
        }
    }
}

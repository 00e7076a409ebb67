using System.Text.Json;
using System.Text.RegularExpressions;
using Sluice.AspNetCore;
using Sluice.EndToEnd.Running;
using Sluice.Errors;
using Sluice.Settings;

namespace Sluice.EndToEnd.Pages;

/// <summary>docs/cli.md, docs/errors.md and docs/settings.md say what the program does.</summary>
public sealed partial class PageTests
{
    [Fact]
    public Task Every_error_is_in_its_page() => GeneratedPart.IsAsync("errors.md", "errors",
    [
        "| code | exit | HTTP | what happened | what to do |",
        "|---|---|---|---|---|",
        .. ErrorCodes.All.Select(c => $"| `{c.Name}` | {c.ExitCode} | {c.HttpStatus} | {GeneratedPart.Cell(c.Meaning)} | {GeneratedPart.Cell(c.Advice)} |"),
    ]);

    [Fact]
    public Task Every_setting_is_in_its_page()
    {
        var (defaults, gateway) = (new SluiceOptions(), new GatewayOptions());
        return GeneratedPart.IsAsync("settings.md", "settings",
        [
            "| setting | default | takes | what it does |",
            "|---|---|---|---|",
            .. SettingsCatalogue.All.Select(s => Row(s, defaults)),
            .. GatewaySettings.All.Select(s => Row(s, gateway)),
        ]);
    }

    [Theory]
    [InlineData("upload")]
    [InlineData("resume")]
    [InlineData("list")]
    [InlineData("remove")]
    [InlineData("serve")]
    [InlineData("key create")]
    [InlineData("key list")]
    [InlineData("key revoke")]
    [InlineData("doctor")]
    [InlineData("simulate")]
    [InlineData("demo")]
    public async Task Every_option_of_a_command_is_in_its_page(string command)
    {
        await using var place = await Place.OpenAsync();
        var help = (await place.RunAsync([.. command.Split(' '), "--help"])).Exits(0).Out;
        var options = OptionLine().Matches(help);
        Assert.NotEmpty(options);
        await GeneratedPart.IsAsync("cli.md", command,
        [
            "| option | what it does |",
            "|---|---|",
            .. options.Select(o => $"| `{o.Groups["names"].Value.Trim().Replace("|", "\\|", StringComparison.Ordinal)}` | {GeneratedPart.Cell(o.Groups["meaning"].Value.Trim())} |"),
        ]);
    }

    [Fact]
    public async Task Every_command_and_every_field_is_in_its_page()
    {
        await using var place = await Place.OpenAsync();
        place.Write("a.txt", 10);
        var page = await File.ReadAllTextAsync(GeneratedPart.Page("cli.md"), TestContext.Current.CancellationToken);
        var help = (await place.RunAsync("--help")).Exits(0).Out;
        var commands = CommandLine().Matches(help[help.IndexOf("Commands:", StringComparison.Ordinal)..]).Select(m => m.Groups["name"].Value).ToArray();
        Assert.Equal(["upload", "resume", "list", "remove", "serve", "key", "doctor", "simulate", "demo"], commands);
        Assert.All(commands, c => Assert.Contains($"## `sluice {c}", page, StringComparison.Ordinal));
        var lines = new[]
        {
            (await place.RunAsync("upload", "a.txt", "--to", Place.Page, "--json")).Exits(0).Line,
            (await place.RunAsync("upload", "a.txt", "--dry-run", "--json")).Exits(0).Line,
            (await place.RunAsync("list", "--json")).Exits(0).Line,
            (await place.RunAsync("doctor", "--json")).Exits(0).Line,
            await KeyLineAsync(place),
        };
        foreach (var field in lines.SelectMany(l => l.EnumerateObject()).Select(f => f.Name).Distinct())
        {
            Assert.Contains($"`{field}`", page, StringComparison.Ordinal);
        }
    }

    private static async Task<JsonElement> KeyLineAsync(Place place)
    {
        (await place.RunAsync("key", "create", "--owner", "me", "--scope", "read")).Exits(0);
        return (await place.RunAsync("key", "list", "--json")).Exits(0).Line;
    }

    private static string Row<T>(Setting<T> setting, T defaults) =>
        $"| `{setting.Name}` | {(setting.Read(defaults) is { Length: > 0 } value ? $"`{value}`" : "none")} | {GeneratedPart.Cell(setting.Expects)} | {GeneratedPart.Cell(setting.Meaning)} |";

    [GeneratedRegex(@"^  (?<names>-\S.*?)  +(?<meaning>\S.*)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex OptionLine();

    [GeneratedRegex(@"^  (?<name>[a-z]+) ", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex CommandLine();
}

using Sluice.EndToEnd.Running;
using Sluice.Simulator;

namespace Sluice.EndToEnd.Commands;

/// <summary>Standard error on a terminal and elsewhere. The terminal is that of script(1).</summary>
public sealed class TerminalTests
{
    [Fact]
    public async Task On_a_terminal_there_are_bars_and_at_the_end_the_cursor_is_back()
    {
        await using var place = await Place.OpenAsync(new SimulatorOptions { RequestsPerMinute = 0, Bandwidth = 8 << 20 });
        var path = place.Write("film.txt", 24 << 20);
        await place.Notion.FaultsAsync("""[{"endpoint":"send","part":2,"times":3,"status":503}]""");
        place.Variables["TERM"] = "xterm-256color";
        var running = place.StartProgram("script", "-qec", $"stty cols 100 rows 24; exec {Program.Path} upload {path} --part-size 5MiB --to {Place.Page} --set Retry:InitialDelay=1s", "/dev/null");

        var ended = (await running.EndAsync()).Exits(0);

        Assert.Contains("━", ended.Out, StringComparison.Ordinal);
        Assert.Contains("of 24.0 MiB", ended.Out, StringComparison.Ordinal);
        Assert.Contains("trying again in 1 s (503)", ended.Out, StringComparison.Ordinal);
        Assert.Contains("retries", ended.Out, StringComparison.Ordinal);
        Assert.True(ended.Out.LastIndexOf("\u001b[?25h", StringComparison.Ordinal) > ended.Out.LastIndexOf("\u001b[?25l", StringComparison.Ordinal));
        Assert.DoesNotContain("━", ended.Out[ended.Out.LastIndexOf("\u001b[0J", StringComparison.Ordinal)..], StringComparison.Ordinal);
        Assert.Contains($"{path}: done, 24.0 MiB", ended.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Elsewhere_there_is_a_line_every_ten_seconds()
    {
        await using var place = await Place.OpenAsync(new SimulatorOptions { RequestsPerMinute = 0, Bandwidth = 1 << 20 });
        var path = place.Write("film.txt", 96 << 20);
        var running = place.Start("upload", path, "--to", Place.Page, "--part-size", "5MiB", "--concurrency", "2");
        await running.SaysAsync("MiB/s");
        Assert.Matches(@"film\.txt: \d+ % \([\d.]+ MiB of 96\.0 MiB\); [\d.]+ MiB/s, [^;]+ left", running.Error);
        Assert.DoesNotContain('\u001b', running.Error);
    }
}

using System.Diagnostics.Metrics;
using System.Reflection;
using Sluice.Diagnostics;
using Sluice.Tests.Notion;
using Sluice.Tests.Pressure;
using Xunit;

namespace Sluice.Tests.Diagnostics;

/// <summary>docs/metrics.md against the instruments themselves.</summary>
public sealed class MetricsPageTests
{
    [Fact]
    public async Task The_page_lists_every_instrument_with_its_kind_unit_and_tags_and_no_other()
    {
        using var notion = new NotionStub();
        await using var client = await new SluiceClientBuilder().UseToken(FakeNotion.Secret).UseHandler(notion).UseReadings(new FakeReadings()).OpenAsync(TestContext.Current.CancellationToken);
        using var collected = new Collected(client.Engine.Meter.Meter);
        var code = collected.Instruments.Select(i => (i.Name, Kind: Kind(i), Unit: i.Unit ?? "")).OrderBy(i => i.Name, StringComparer.Ordinal).ToArray();
        var page = Page().Select(r => (r.Name, r.Kind, r.Unit)).OrderBy(r => r.Name, StringComparer.Ordinal).ToArray();
        Assert.Equal(code, page);
        Assert.All(collected.Instruments, i => Assert.EndsWith(".", i.Description, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_name_is_a_constant_and_every_constant_is_an_instrument()
    {
        var constants = typeof(MetricNames).GetFields(BindingFlags.Public | BindingFlags.Static | BindingFlags.NonPublic)
            .Select(f => (string)f.GetRawConstantValue()!).Where(n => n != MetricNames.Meter);
        Assert.Equal(constants.Order(StringComparer.Ordinal), Page().Select(r => r.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Tags_on_the_page_are_the_codes()
    {
        var known = typeof(MetricTags).GetFields(BindingFlags.Public | BindingFlags.Static).Select(f => (string)f.GetRawConstantValue()!).ToHashSet(StringComparer.Ordinal);
        var tags = Page().Select(r => r.Tag).Where(t => t.Length > 0).Distinct(StringComparer.Ordinal).ToArray();
        Assert.All(tags, t => Assert.Contains(t, known));
        Assert.Superset(tags.ToHashSet(StringComparer.Ordinal), known);
    }

    [Fact]
    public void The_page_names_every_wait_and_every_alert()
    {
        var text = File.ReadAllText(Find());
        Assert.All(Enum.GetValues<WaitReason>().Where(w => w != WaitReason.None), w => Assert.Contains($"`{WaitNames.Of(w)}`", text, StringComparison.Ordinal));
        Assert.All(AlertNames.All, a => Assert.Contains($"`{a}`", text, StringComparison.Ordinal));
    }

    private static string Kind(Instrument instrument) => instrument.GetType().Name.Split('`')[0] switch
    {
        "Counter" => "counter",
        "UpDownCounter" or "ObservableUpDownCounter" => "up/down",
        "Histogram" => "histogram",
        "ObservableGauge" => "gauge",
        var other => other,
    };

    private static IEnumerable<(string Name, string Kind, string Unit, string Tag)> Page() =>
        from line in File.ReadLines(Find())
        where line.StartsWith("| `sluice.", StringComparison.Ordinal)
        let cells = line.Split('|').Select(c => c.Trim()).ToArray()
        select (cells[1].Trim('`'), cells[2], cells[3].Trim('`'), cells[4].Split(':')[0].Trim('`'));

    /// <summary>From where the tests run, not from where they were built: a deterministic build writes other paths into the assembly.</summary>
    private static string Find()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Sluice.slnx")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("Sluice.slnx is not above the tests.");
        }

        return Path.Combine(folder, "docs", "metrics.md");
    }
}

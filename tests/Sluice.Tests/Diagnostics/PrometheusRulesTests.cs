using System.Reflection;
using Sluice.Diagnostics;
using Xunit;

namespace Sluice.Tests.Diagnostics;

/// <summary>deploy/prometheus/sluice.rules.yml against the alerts and the metrics there are.</summary>
public sealed class PrometheusRulesTests
{
    private const string Label = "sluice_alert: ";

    private static readonly string Rules = File.ReadAllText(Find("deploy", "prometheus", "sluice.rules.yml"));

    [Fact]
    public void Each_alert_has_its_rule_and_each_rule_its_alert()
    {
        // A rule goes from one "- alert:" to the next; its label and its expression name the same alert.
        var rules = Rules.Split("- alert: ").Skip(1).Where(static rule => rule.Contains(Label, StringComparison.Ordinal)).ToArray();
        Assert.Equal(AlertNames.All, rules.Select(LabelOf));
        Assert.All(rules, static rule =>
            Assert.Contains($"{Prometheus(MetricNames.Alerts)}{{{MetricTags.Alert}=\"{LabelOf(rule)}\"}} ", rule.Replace(")", " ", StringComparison.Ordinal), StringComparison.Ordinal));
    }

    [Fact]
    public void Every_metric_that_the_rules_name_is_one()
    {
        var known = typeof(MetricNames).GetFields(BindingFlags.Public | BindingFlags.Static).Select(static f => Prometheus((string)f.GetRawConstantValue()!)).ToArray();
        var named = Rules.Split(' ', '\n', '(', ')', '{', '}', ';', ',', '.', '"', ':').Where(static word => word.StartsWith("sluice_", StringComparison.Ordinal) && word != "sluice_alert").Distinct(StringComparer.Ordinal).ToArray();
        Assert.InRange(named.Length, 4, 100);
        Assert.All(named, n => Assert.Contains(known, k => n == k || n.StartsWith(k + "_", StringComparison.Ordinal)));
    }

    private static string LabelOf(string rule) => rule[(rule.IndexOf(Label, StringComparison.Ordinal) + Label.Length)..].Split('\n')[0].Trim();

    private static string Prometheus(string name) => name.Replace('.', '_');

    private static string Find(params string[] path)
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Sluice.slnx")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("Sluice.slnx is not above the tests.");
        }

        return Path.Combine([folder, .. path]);
    }
}

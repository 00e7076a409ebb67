using System.Text.RegularExpressions;
using Sluice.Diagnostics;
using Xunit;

namespace Sluice.Tests.Diagnostics;

/// <summary>deploy/prometheus/sluice.rules.yml against the alerts and the metrics there are.</summary>
public sealed class PrometheusRulesTests
{
    private static readonly string Rules = File.ReadAllText(Find("deploy", "prometheus", "sluice.rules.yml"));

    [Fact]
    public void Each_alert_has_its_rule_and_each_rule_its_alert()
    {
        // A rule goes from one "- alert:" to the next; its expression and its label name the same alert.
        var rules = Regex.Split(Rules, @"(?m)^\s+- alert: ").Skip(1).Where(static r => r.Contains("sluice_alert:", StringComparison.Ordinal)).ToArray();
        Assert.Equal(AlertNames.All, rules.Select(static r => Regex.Match(r, @"sluice_alert: (?<name>\w+)", RegexOptions.ExplicitCapture).Groups["name"].Value));
        Assert.All(rules, static rule =>
        {
            var name = Regex.Match(rule, @"sluice_alert: (?<name>\w+)", RegexOptions.ExplicitCapture).Groups["name"].Value;
            Assert.Contains($"{Prometheus(MetricNames.Alerts)}{{{MetricTags.Alert}=\"{name}\"}}", rule, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Every_metric_that_the_rules_name_is_one()
    {
        var known = typeof(MetricNames).GetFields(System.Reflection.BindingFlags.Public | System.Reflection.BindingFlags.Static).Select(static f => Prometheus((string)f.GetRawConstantValue()!)).ToHashSet(StringComparer.Ordinal);
        var named = Regex.Matches(Rules, @"\bsluice_[a-z_]+").Select(static m => m.Value).Where(static n => n != "sluice_alert").Distinct(StringComparer.Ordinal).ToArray();
        Assert.InRange(named.Length, 4, 100);
        Assert.All(named, n => Assert.Contains(known, k => n == k || n.StartsWith(k + "_", StringComparison.Ordinal)));
    }

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

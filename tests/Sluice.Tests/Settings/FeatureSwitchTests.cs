using Sluice.Settings;
using Xunit;

namespace Sluice.Tests.Settings;

public sealed class FeatureSwitchTests
{
    [Fact]
    public void A_percentage_is_of_uploads_and_each_keeps_its_answer()
    {
        var ids = Enumerable.Range(0, 20_000).Select(i => $"upload-{i}").ToArray();
        foreach (var percentage in new[] { 1, 10, 50, 90 })
        {
            var on = ids.Where(id => FeatureSwitch.IsOn(id, "Retry", percentage)).ToHashSet(StringComparer.Ordinal);
            Assert.InRange(on.Count, ids.Length * (percentage - 1) / 100, ids.Length * (percentage + 1) / 100);

            // A larger percentage keeps everybody who had the feature: a roll-out only adds.
            Assert.All(on, id => Assert.True(FeatureSwitch.IsOn(id, "Retry", percentage + 5)));
        }

        Assert.All(ids, id => Assert.True(FeatureSwitch.IsOn(id, "Retry", 100) && !FeatureSwitch.IsOn(id, "Retry", 0)));
    }

    [Fact]
    public void Features_are_drawn_apart_from_each_other()
    {
        var ids = Enumerable.Range(0, 20_000).Select(i => $"upload-{i}").ToArray();
        var both = ids.Count(id => FeatureSwitch.IsOn(id, "Retry", 50) && FeatureSwitch.IsOn(id, "Pacing", 50));
        Assert.InRange(both, 4600, 5400);
    }

    [Fact]
    public void The_hash_is_fixed_so_that_a_restart_changes_nobodys_answer() =>
        Assert.Equal([1, 6], Enumerable.Range(0, 10).Where(i => FeatureSwitch.IsOn($"u{i}", "Integrity", 20)));
}

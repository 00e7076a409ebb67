using Sluice.Buffers;
using Sluice.Pacing;
using Sluice.Pressure;
using Sluice.Settings;
using Xunit;

namespace Sluice.Tests.Pressure;

public sealed class RuleTests
{
    private const long MiB = 1 << 20;

    [Theory]
    [InlineData(0, 1, 3, 3, "Free", "up to 3 senders")]
    [InlineData(59.9, 2, 3, 3, "Free", "up to 3 senders")]
    [InlineData(60, 2, 3, 2, "Hold", "no more senders than the present 2")]
    [InlineData(69, 3, 3, 3, "Hold", "no more senders than the present 3")]
    [InlineData(70, 3, 3, 2, "Down", "one sender less, 2 at most")]
    [InlineData(75, 1, 3, 1, "Down", "one sender less, 1 at most")]
    [InlineData(80, 3, 3, 1, "Minimum", "senders fall to the minimum of 1")]
    [InlineData(250, 8, 8, 1, "Minimum", "senders fall to the minimum of 1")]
    [InlineData(65, 9, 3, 3, "Hold", "no more senders than the present 3")]
    public void Senders_follow_the_marks_of_the_cpu(double percent, int inForce, int most, int ceiling, string step, string reason)
    {
        var decision = CpuRule.Decide(percent, TimeSpan.Zero, inForce, new ConcurrencyOptions { MaxWorkers = most });
        Assert.Equal((ceiling, step), (decision.Ceiling, decision.Step.ToString()));
        Assert.EndsWith(reason, decision.Reason, StringComparison.Ordinal);
        Assert.StartsWith(FormattableString.Invariant($"CPU is at {percent:F0} % of the quota"), decision.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_decision_says_how_long_the_kernel_held_us_back() =>
        Assert.Contains("held back for 1.5 s", CpuRule.Decide(100, TimeSpan.FromSeconds(1.5), 3, new ConcurrencyOptions()).Reason, StringComparison.Ordinal);

    [Theory]
    [InlineData(0.1, 1, 0.2, 50)]
    [InlineData(1, 5, 0.2, 100)]
    [InlineData(3, 1, 2, 150)]
    [InlineData(1, 0, 1, 0)]
    [InlineData(-1, 1, 1, 0)]
    public void The_share_is_of_the_quota(double used, double elapsed, double cpus, double percent) =>
        Assert.Equal(percent, CpuRule.Percent(TimeSpan.FromSeconds(used), TimeSpan.FromSeconds(elapsed), cpus), 6);

    // The small profile after a warm-up of 30 MiB: 100 - 30 - 31 leaves 39 MiB of unplanned memory.
    [Theory]
    [InlineData(30, 0, "Normal", 0, false, 31)]
    [InlineData(61, 31, "Normal", 0, false, 31)]
    [InlineData(80, 31, "Normal", 48.7, false, 31)]
    [InlineData(50, 0, "Middle", 51.3, false, 15.5)]
    [InlineData(60, 0, "Middle", 76.9, false, 15.5)]
    [InlineData(62, 0, "High", 82.1, true, 0)]
    [InlineData(95, 31, "High", 87.2, true, 0)]
    [InlineData(20, 0, "Normal", 0, false, 31)]
    public void New_fills_follow_unplanned_memory(double rss, double parts, string level, double percent, bool collect, double allowed)
    {
        var decision = Decide(rss, parts, PressureLevel.Normal);
        Assert.Equal((level, collect, false), (decision.Level.ToString(), decision.Collect, decision.Emergency));
        Assert.Equal(percent, decision.Percent!.Value, 0.05);
        Assert.Equal((long)(allowed * MiB), MemoryRule.Allowed(decision.Level, 31 * MiB));
        Assert.Contains("of 39.0 MiB", decision.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(60, "High", "High")]
    [InlineData(59, "High", "Middle")]
    [InlineData(48, "Middle", "Middle")]
    [InlineData(47, "Middle", "Normal")]
    [InlineData(48, "Normal", "Normal")]
    public void A_level_is_left_only_some_way_below_its_mark(double rss, string before, string after) =>
        Assert.Equal(after, Decide(rss, 0, Enum.Parse<PressureLevel>(before)).Level.ToString());

    [Fact]
    public void A_limit_that_warm_up_alone_fills_is_not_judged()
    {
        var facts = new MemoryFacts(300 * MiB, 290 * MiB, 0, 20 * MiB, null, null);
        var decision = MemoryRule.Decide(facts, new MemoryOptions(), new ConcurrencyOptions(), PressureLevel.High);
        Assert.Equal((PressureLevel.Normal, false, (double?)null), (decision.Level, decision.Collect, decision.Percent));
        Assert.Contains("raise it", decision.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(89, false)]
    [InlineData(90, true)]
    [InlineData(120, true)]
    public void Near_the_control_groups_limit_new_uploads_are_to_be_refused(double percent, bool emergency)
    {
        var facts = new MemoryFacts(40 * MiB, 30 * MiB, 0, 31 * MiB, (long)(percent * MiB), 100 * MiB);
        var decision = MemoryRule.Decide(facts, new MemoryOptions(), new ConcurrencyOptions(), PressureLevel.Normal);
        Assert.Equal((emergency, PressureLevel.Normal), (decision.Emergency, decision.Level));
        Assert.Equal(emergency, decision.Reason.Contains("new uploads are refused", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(0, 100, 20, false, 31, "small profile")]
    [InlineData(36, 100, 20, false, 31, "small profile")]
    [InlineData(37, 100, 20, false, 25, "more than the 36 expected")]
    [InlineData(41, 100, 20, false, 21, "more than the 36 expected")]
    [InlineData(200, 100, 20, false, 20, "more than the 36 expected")]
    [InlineData(200, 100, 5, false, 11, "more than the 36 expected")]
    [InlineData(30, 80, 20, false, 20, "because Memory:LimitMb is 80")]
    [InlineData(30, 90, 11, false, 23, "because Memory:LimitMb is 90")]
    [InlineData(30, 819, 40, true, 409, "half of Memory:LimitMb (819)")]
    [InlineData(30, 100, 40, true, 40, "because Memory:LimitMb is 100")]
    [InlineData(400, 819, 40, true, 237, "more than the 36 expected")]
    public void Part_buffers_are_chosen_by_warm_up_and_limit(int warmUp, int limit, int perUpload, bool standard, int chosen, string reason)
    {
        var options = new MemoryOptions { LimitMb = limit, PerUploadMb = perUpload };
        var decision = BufferRule.Decide(options, standard ? ProfileKind.Standard : ProfileKind.Small, warmUp * MiB);
        Assert.Equal((chosen, warmUp * MiB), (decision.BufferMb, decision.WarmUpBytes));
        Assert.Contains(reason, decision.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_set_by_hand_wins()
    {
        var decision = BufferRule.Decide(new MemoryOptions { BufferMb = 64 }, ProfileKind.Small, 500 * MiB);
        Assert.Equal((64, "Memory:BufferMb was set to 64 by hand"), (decision.BufferMb, decision.Reason));
    }

    [Theory]
    [InlineData(512L, 0.2, 2, 8192L, "")]
    [InlineData(1024L, null, 8, 8192L, "")]
    [InlineData(null, 0.5, 8, 8192L, "")]
    [InlineData(null, null, 2, 8192L, "4 6 1638 40")]
    [InlineData(null, null, 16, 65536L, "8 10 13107 40")]
    [InlineData(null, null, 1, 256L, "3 5 100 40")]
    [InlineData(4096L, 1.5, 8, 65536L, "3 5 819 40")]
    [InlineData(4096L, null, 3, 65536L, "6 8 819 40")]
    [InlineData(65536L, 4.0, 8, 16384L, "8 10 3276 40")]
    public void A_profile_is_settings_that_the_catalogue_takes(long? mebibytes, double? cpus, int cores, long physical, string values)
    {
        var options = new SluiceOptions();
        var defaults = ProfileDefaults.Of(new MachineLimits(mebibytes << 20, cpus), cores, physical << 20);
        Assert.All(defaults, d => Assert.True(SettingsCatalogue.Find(d.Name)!.TryWrite(options, d.Value), d.Name));
        Assert.All(defaults, d => Assert.StartsWith("the standard profile", d.Reason, StringComparison.Ordinal));
        Assert.Equal(values, string.Join(' ', defaults.Select(d => d.Value)));
        Assert.Empty(SettingsCatalogue.Conflicts(options));
    }

    [Fact]
    public void A_cpu_is_busy_for_a_minute_only_where_every_look_at_it_in_a_minute_said_so()
    {
        var minute = new CpuMinute();
        Assert.Equal(0, minute.Least(TimeSpan.Zero));
        for (var second = 5; second <= 60; second += 5)
        {
            minute.Add(TimeSpan.FromSeconds(second), 95);
            Assert.Equal(0, minute.Least(TimeSpan.FromSeconds(second)));
        }

        minute.Add(TimeSpan.FromSeconds(65), 90);
        Assert.Equal(90, minute.Least(TimeSpan.FromSeconds(65)));
        minute.Add(TimeSpan.FromSeconds(70), 20);
        Assert.Equal(20, minute.Least(TimeSpan.FromSeconds(70)));
        for (var second = 75; second <= 135; second += 5)
        {
            minute.Add(TimeSpan.FromSeconds(second), 85);
        }

        Assert.Equal(85, minute.Least(TimeSpan.FromSeconds(135)));

        // Nobody looked for more than a minute: nothing is known.
        Assert.Equal(0, minute.Least(TimeSpan.FromSeconds(200)));
    }

    private static MemoryDecision Decide(double rss, double parts, PressureLevel before) =>
        MemoryRule.Decide(new MemoryFacts((long)(rss * MiB), 30 * MiB, (long)(parts * MiB), 31 * MiB, null, null), new MemoryOptions(), new ConcurrencyOptions(), before);
}

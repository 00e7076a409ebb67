using System.Globalization;
using Sluice.AspNetCore.Admission;
using Sluice.AspNetCore.Hosting;
using Sluice.Errors;
using Sluice.Resilience;
using Sluice.Spool;
using Xunit;

namespace Sluice.Tests.Admission;

/// <summary>The whole table of decisions about new uploads, with the defaults of the small profile.</summary>
public sealed class AdmissionRuleTests
{
    private static readonly AdmissionLimits Limits = AdmissionLimits.Of(new AdmissionOptions(), emergencyPercent: 90);

    private static readonly AdmissionFacts Calm = new() { CanBridge = TimeSpan.Zero };

    [Theory]
    [InlineData(0, 0, "room", 0)]
    [InlineData(4, 0, "room", 0)]
    [InlineData(5, 0, "active", 500)]
    [InlineData(6, 0, "active", 500)]
    [InlineData(7, 0, "active", 1000)]
    [InlineData(8, 0, "active", 1000)]
    [InlineData(9, 0, "active", 2000)]
    [InlineData(10, 0, "active", 2000)]
    [InlineData(10, 14, "active", 2000)]
    [InlineData(6, 18, "active", 500)]
    public void Up_to_25_at_full_speed_come_in_sooner_or_later(int active, int queued, string reason, int delay) =>
        Accepted(reason, delay, Calm with { Active = active, Queued = queued, Open = active + queued });

    [Theory]
    [InlineData(10, 15)]
    [InlineData(6, 19)]
    [InlineData(12, 13)]
    public void The_26th_at_full_speed_is_refused(int active, int queued) =>
        Refused("queued", 10, Calm with { Active = active, Queued = queued, Open = active + queued });

    [Theory]
    [InlineData(25)]
    [InlineData(1000)]
    [InlineData(1999)]
    public void Clients_that_merely_trickle_are_bounded_by_open_alone(int open) =>
        Accepted("active", 2000, Calm with { Open = open, Active = 10 });

    [Theory]
    [InlineData(2000)]
    [InlineData(2001)]
    public void As_many_as_may_be_open_are_open(int open) => Refused("open", 30, Calm with { Open = open });

    [Theory]
    [InlineData(60, "room", 0)]
    [InlineData(61, "cpu", 500)]
    [InlineData(71, "cpu", 1000)]
    [InlineData(81, "cpu", 2000)]
    [InlineData(100, "cpu", 2000)]
    public void A_busy_cpu_delays(double percent, string reason, int delay) => Accepted(reason, delay, Calm with { CpuPercent = percent });

    [Fact]
    public void The_longer_of_two_delays_holds()
    {
        Accepted("cpu", 2000, Calm with { CpuPercent = 90, Active = 5 });
        Accepted("active", 2000, Calm with { CpuPercent = 65, Active = 9 });
    }

    [Fact]
    public void A_cpu_that_is_busy_for_a_minute_refuses_what_comes_beyond_the_25()
    {
        Accepted("active", 2000, Calm with { CpuPercent = 100, SustainedCpuPercent = 95, Open = 24, Active = 10, Queued = 14 });
        Accepted("cpu", 2000, Calm with { CpuPercent = 100, SustainedCpuPercent = 79, Open = 1000 });
        Refused("cpu", 10, Calm with { CpuPercent = 100, SustainedCpuPercent = 80, Open = 25 });
    }

    [Fact]
    public void Memory_near_the_groups_limit_refuses_everybody()
    {
        Accepted("room", 0, Calm with { ProjectedMemoryPercent = 89.9 });
        Refused("memory", 30, Calm with { ProjectedMemoryPercent = 90 });
        Accepted("room", 0, Calm with { ProjectedMemoryPercent = null });
    }

    [Fact]
    public void An_open_breaker_refuses_with_its_seconds_what_cannot_be_held_so_long()
    {
        var open = Calm with { Breaker = BreakerState.Open, BreakRemaining = TimeSpan.FromSeconds(41.2) };
        Refused("breaker", 41.2, open);
        Assert.Contains("42 s", Decide(open).Detail, StringComparison.Ordinal);
        Accepted("room", 0, open with { CanBridge = TimeSpan.FromSeconds(80) });
        Accepted("room", 0, open with { Breaker = BreakerState.HalfOpen, BreakRemaining = TimeSpan.Zero });
    }

    [Fact]
    public void A_wait_that_Notion_asked_for_refuses_what_cannot_be_held_so_long()
    {
        Refused("not-before", 900, Calm with { NotBefore = TimeSpan.FromMinutes(15) });
        Accepted("room", 0, Calm with { NotBefore = TimeSpan.FromMinutes(15), CanBridge = TimeSpan.MaxValue });
    }

    [Fact]
    public void A_refused_token_is_told_as_that()
    {
        var decision = Decide(Calm with { Breaker = BreakerState.Isolated });
        Assert.Equal((false, AdmissionReason.Credentials, ErrorCodes.TokenRefused), (decision.Accepted, decision.Reason, decision.ToError()!.Code));
    }

    [Fact]
    public void What_is_certain_comes_before_what_passes()
    {
        var everything = new AdmissionFacts
        {
            Draining = true,
            Open = 5000,
            Active = 10,
            Queued = 15,
            CpuPercent = 100,
            SustainedCpuPercent = 100,
            ProjectedMemoryPercent = 95,
            Breaker = BreakerState.Open,
            BreakRemaining = TimeSpan.FromSeconds(60),
            NotBefore = TimeSpan.FromSeconds(30),
        };
        Refused("draining", 5, everything);
        everything = everything with { Draining = false };
        Refused("memory", 30, everything);
        everything = everything with { ProjectedMemoryPercent = 10 };
        Refused("open", 30, everything);
        everything = everything with { Open = 25 };
        Refused("breaker", 60, everything);
        everything = everything with { Breaker = BreakerState.Closed };
        Refused("not-before", 30, everything);
        everything = everything with { NotBefore = TimeSpan.Zero };
        Refused("queued", 10, everything);
        everything = everything with { Queued = 0 };
        Refused("cpu", 10, everything);
        Accepted("active", 2000, everything with { SustainedCpuPercent = 0 });
    }

    [Fact]
    public void Backpressure_off_leaves_only_what_bounds_memory()
    {
        var busy = Calm with { Active = 10, Queued = 15, CpuPercent = 100, SustainedCpuPercent = 100, Open = 25 };
        Assert.Equal((true, TimeSpan.Zero), (AdmissionRule.Decide(busy, Limits, backpressure: false).Accepted, AdmissionRule.Decide(busy, Limits, backpressure: false).Wait));
        Assert.False(AdmissionRule.Decide(busy with { Open = 2000 }, Limits, backpressure: false).Accepted);
        Assert.False(AdmissionRule.Decide(busy with { ProjectedMemoryPercent = 90 }, Limits, backpressure: false).Accepted);
    }

    [Fact]
    public void Every_reason_that_refuses_has_a_name_and_a_wait_and_none_twice()
    {
        Assert.Equal(["draining", "credentials", "memory", "open", "breaker", "not-before", "queued", "cpu"], AdmissionReasons.Refusals.Select(AdmissionReasons.NameOf));
        Assert.Equal(
            ["Queue", "Breaker", "Memory", "Queue", "Breaker", "NotBefore", "Queue", "Queue"],
            AdmissionReasons.Refusals.Select(r => AdmissionReasons.WaitOf(r).ToString()));
    }

    [Theory]
    [InlineData(100_000, 0, null, -1)]
    [InlineData(1_000_000, 0, null, -1)]
    [InlineData(1_000_000, 64, "off", 0)]
    [InlineData(1_000_000, 64, null, -1)]
    [InlineData(5_000_000_000, 64, null, 5120)]
    public void A_hold_lasts_as_long_as_the_trickle_or_the_spool_has_room(long length, int spoolMb, string? off, int seconds)
    {
        var spool = new SpoolSnapshot((long)spoolMb << 20, 0, 0, 0, 0, off);
        var expected = seconds < 0 ? TimeSpan.MaxValue : TimeSpan.FromSeconds(seconds);
        Assert.Equal(expected, AdmissionBridge.For(length, spool, 1, TimeSpan.FromSeconds(40)));
    }

    [Fact]
    public void A_full_spool_holds_nobody() =>
        Assert.Equal(TimeSpan.Zero, AdmissionBridge.For(1_000_000, new SpoolSnapshot(64 << 20, 60 << 20, 0, 4 << 20, 0, null), 1, TimeSpan.FromSeconds(40)));

    private static AdmissionDecision Decide(AdmissionFacts facts) => AdmissionRule.Decide(facts, Limits);

    private static void Accepted(string reason, int delay, AdmissionFacts facts)
    {
        var decision = Decide(facts);
        Assert.Equal((true, reason, delay), (decision.Accepted, AdmissionReasons.NameOf(decision.Reason), (int)decision.Wait.TotalMilliseconds));
        Assert.Null(decision.ToError());
        Assert.EndsWith(".", decision.Detail, StringComparison.Ordinal);
    }

    private static void Refused(string reason, double retryAfter, AdmissionFacts facts)
    {
        var decision = Decide(facts);
        Assert.Equal((false, reason, retryAfter), (decision.Accepted, AdmissionReasons.NameOf(decision.Reason), decision.Wait.TotalSeconds));
        var error = decision.ToError()!;
        Assert.Equal((ErrorCodes.Busy, decision.Wait, AdmissionReasons.WaitOf(decision.Reason)), (error.Code, error.RetryAfter!.Value, error.Wait!.Value));
        Assert.EndsWith(string.Create(CultureInfo.InvariantCulture, $"Try again in {Math.Ceiling(retryAfter)} s."), error.Message, StringComparison.Ordinal);
    }
}

using CsCheck;
using Sluice.Pacing;
using Xunit;

namespace Sluice.Tests.Pacing;

public sealed class AdaptiveLimitTests
{
    private const long Part = 5L << 20;
    private TimeSpan _now = TimeSpan.FromMinutes(1);

    [Fact]
    public void Grows_by_one_while_each_step_brings_more_bytes()
    {
        var limit = new AdaptiveLimit(1, 8);
        List<int> seen = [limit.Value];
        for (var i = 0; i < 12; i++)
        {
            // A link that carries one part a second for each sender.
            Window(limit, limit.Value, perSender: 1, out _);
            seen.Add(limit.Value);
        }

        Assert.Equal([2, 3, 4, 5, 6, 7, 8, 8, 8, 8, 8, 8, 8], seen);
        Assert.Equal("ceiling", limit.Reason);
    }

    [Fact]
    public void Takes_back_a_step_that_brought_nothing_and_waits_a_minute()
    {
        var limit = new AdaptiveLimit(1, 8);

        // A link that carries two parts a second, however many send; first one sender alone.
        Window(limit, 1, perSender: 2, out _);
        Full(limit);
        Assert.Equal((3, "growing"), (limit.Value, limit.Reason));
        Full(limit);
        Assert.Equal((2, "no gain"), (limit.Value, limit.Reason));
        var since = _now;
        while (_now - since < AdaptiveLimit.TryAgain - TimeSpan.FromSeconds(8))
        {
            Full(limit);
            Assert.Equal(2, limit.Value);
        }

        for (var i = 0; i < 4 && limit.Value < 3; i++)
        {
            Full(limit);
        }

        Assert.Equal(3, limit.Value);

        void Full(AdaptiveLimit l) => Window(l, l.Value, perSender: 2.0 / l.Value, out _);
    }

    [Fact]
    public void An_idle_limit_does_not_grow()
    {
        var limit = new AdaptiveLimit(1, 8);
        for (var i = 0; i < 10; i++)
        {
            Window(limit, 1, 1, out _);
        }

        Assert.Equal((2, "idle"), (limit.Value, limit.Reason));
    }

    [Fact]
    public void A_pause_between_uploads_says_nothing_about_the_link()
    {
        var limit = new AdaptiveLimit(1, 8);
        Window(limit, limit.Value, 1, out _);
        Assert.Equal(3, limit.Value);
        _now += TimeSpan.FromMinutes(30);

        // The first send after the pause is alone, then three run.
        limit.Ended(LimitOutcome.Success, _now += TimeSpan.FromSeconds(1), Part, TimeSpan.FromSeconds(1), 1, double.PositiveInfinity);
        Window(limit, 3, 1, out _);
        Assert.Equal(4, limit.Value);
    }

    [Fact]
    public void A_drop_takes_three_tenths_and_the_next_ones_within_the_dead_time_nothing()
    {
        var limit = new AdaptiveLimit(1, 10);
        while (limit.Value < 10)
        {
            Window(limit, limit.Value, 1, out _);
        }

        Drop(limit);
        Assert.Equal((7, "dropped"), (limit.Value, limit.Reason));
        Drop(limit);
        Drop(limit);
        Assert.Equal(7, limit.Value);
        _now += AdaptiveLimit.DeadTime;
        Drop(limit);
        Assert.Equal(4, limit.Value);
        for (var i = 0; i < 10; i++)
        {
            _now += AdaptiveLimit.DeadTime;
            Drop(limit);
        }

        Assert.Equal(1, limit.Value);
    }

    [Fact]
    public void A_good_window_within_the_dead_time_grows_again_and_nothing_is_cut_there()
    {
        var limit = new AdaptiveLimit(1, 10);
        Drop(limit);
        var dead = _now + AdaptiveLimit.DeadTime;
        Assert.Equal(1, limit.Value);
        Window(limit, limit.Value, 1, out _);
        Window(limit, limit.Value, 1, out _);
        Assert.Equal((2, "growing"), (limit.Value, limit.Reason));
        Assert.InRange(_now, TimeSpan.Zero, dead - TimeSpan.FromSeconds(1));
        Drop(limit);
        Assert.Equal(2, limit.Value);
    }

    /// <summary>Profile rough fails 13 % of all sends and hangs in 1 %, whatever is in flight: fewer senders would only take longer (docs/benchmarks.md, concurrent-25).</summary>
    [Fact]
    public void A_notion_that_fails_a_tenth_of_all_sends_does_not_hold_it_down()
    {
        var limit = new AdaptiveLimit(1, 3);
        var random = new Random(7);
        var flights = new PriorityQueue<(TimeSpan Took, LimitOutcome Outcome, int InFlight), TimeSpan>();
        var (start, area, sent) = (_now, 0.0, 0);
        while (sent < 2500)
        {
            while (flights.Count < limit.Value)
            {
                var dice = random.NextDouble();
                var took = TimeSpan.FromSeconds(dice < 0.01 ? 75 : 0.8 + (1.5 * random.NextDouble()));
                flights.Enqueue((took, dice < 0.14 ? LimitOutcome.Dropped : LimitOutcome.Success, flights.Count + 1), _now + took);
            }

            flights.TryDequeue(out var ended, out var at);
            area += limit.Value * (at - _now).TotalSeconds;
            _now = at;
            sent += ended.Outcome == LimitOutcome.Success ? 1 : 0;
            limit.Ended(ended.Outcome, _now, ended.Outcome == LimitOutcome.Success ? Part : 0, ended.Took, ended.InFlight, double.PositiveInfinity);
        }

        Assert.InRange(area / (_now - start).TotalSeconds, 2.4, 3);
    }

    [Fact]
    public void What_says_nothing_changes_nothing()
    {
        var limit = new AdaptiveLimit(1, 10);
        for (var i = 0; i < 1000; i++)
        {
            limit.Ended(LimitOutcome.Ignore, _now += TimeSpan.FromSeconds(1), Part, TimeSpan.FromSeconds(1), 2, 3);
        }

        Assert.Equal((2, "start"), (limit.Value, limit.Reason));
    }

    [Theory]
    [InlineData(3.0, 1.0, 4)]
    [InlineData(3.0, 0.3, 2)]
    [InlineData(0.5, 2.0, 2)]
    [InlineData(100.0, 1.0, 8)]
    public void More_senders_than_the_rate_can_feed_do_not_help(double requestsPerSecond, double secondsPerPart, int expected)
    {
        var limit = new AdaptiveLimit(1, 8);
        for (var i = 0; i < 200; i++)
        {
            _now += TimeSpan.FromSeconds(secondsPerPart / limit.Value);
            limit.Ended(LimitOutcome.Success, _now, Part, TimeSpan.FromSeconds(secondsPerPart), limit.Value, requestsPerSecond);
        }

        Assert.Equal(expected, limit.Value);
    }

    [Fact]
    public void The_CPU_has_the_last_word()
    {
        var limit = new AdaptiveLimit(1, 8);
        while (limit.Value < 8)
        {
            Window(limit, limit.Value, 1, out _);
        }

        limit.SetCpuCeiling(3);
        Assert.Equal((3, "cpu"), (limit.Value, limit.Reason));
        for (var i = 0; i < 30; i++)
        {
            Window(limit, limit.Value, 1, out _);
        }

        Assert.Equal(3, limit.Value);
        limit.SetCpuCeiling(0);
        Assert.Equal(1, limit.Value);
        limit.SetCpuCeiling(int.MaxValue);
        Window(limit, 1, 1, out _);
        Assert.Equal(2, limit.Value);
    }

    [Fact]
    public void It_never_leaves_its_bounds() =>
        Gen.Select(Gen.Int[1, 4], Gen.Int[1, 12], Gen.Select(Gen.Enum<LimitOutcome>(), Gen.Int[1, 90], Gen.Int[0, 14], Gen.Double[0.1, 20], Gen.Int[0, 20]).Array[1, 300]).Sample(static (min, max, steps) =>
        {
            var limit = new AdaptiveLimit(min, max);
            var (now, ceiling) = (TimeSpan.Zero, int.MaxValue);
            foreach (var (outcome, seconds, inFlight, rate, cpu) in steps)
            {
                now += TimeSpan.FromSeconds(seconds / 10.0);
                if (cpu > 15)
                {
                    limit.SetCpuCeiling(ceiling = cpu - 15);
                }

                var before = limit.Value;
                limit.Ended(outcome, now, Part, TimeSpan.FromSeconds(seconds / 10.0), inFlight, rate);
                Assert.InRange(limit.Value, min, Math.Max(min, max));
                Assert.True(limit.Value <= Math.Max(min, ceiling));
                Assert.True(limit.Value <= before + 1, "one at a time");
            }
        });

    /// <summary>One window in which so many sent parts, each at a rate of parts a second.</summary>
    private void Window(AdaptiveLimit limit, int senders, double perSender, out int ended)
    {
        var seconds = AdaptiveLimit.Window.TotalSeconds + 0.5;
        ended = Math.Max(limit.Value, (int)(senders * perSender * seconds));
        for (var i = 0; i < ended; i++)
        {
            _now += TimeSpan.FromSeconds(seconds / ended);
            limit.Ended(LimitOutcome.Success, _now, Part, TimeSpan.FromSeconds(1 / perSender), senders, double.PositiveInfinity);
        }
    }

    private void Drop(AdaptiveLimit limit) => limit.Ended(LimitOutcome.Dropped, _now += TimeSpan.FromMilliseconds(10), 0, TimeSpan.FromSeconds(75), limit.Value, 3);
}

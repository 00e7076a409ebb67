using CsCheck;
using Sluice.Resilience;
using Xunit;

namespace Sluice.Tests.Resilience;

public sealed class RetryDelaysTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 4)]
    [InlineData(4, 8)]
    [InlineData(7, 64)]
    [InlineData(8, 120)]
    [InlineData(100, 120)]
    [InlineData(int.MaxValue, 120)]
    public void Doubles_from_a_second_up_to_the_ceiling(int attempt, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), new RetryDelays(new RetryOptions { JitterPercent = 0 }, new Random(1)).After(attempt));

    [Fact]
    public void Is_always_within_the_jitter_and_never_above_the_ceiling() =>
        Gen.Select(Gen.Int[1, 200], Gen.Int[0, 100], Gen.Int[1, 5000], Gen.Double[1, 10], Gen.Int[0, 1_000_000]).Sample(static (attempt, jitter, first, by, seed) =>
        {
            var options = new RetryOptions { InitialDelay = TimeSpan.FromMilliseconds(first), ExponentialBase = by, JitterPercent = jitter };
            var delay = new RetryDelays(options, new Random(seed)).After(attempt).TotalMilliseconds;
            var plain = Math.Min(first * Math.Pow(by, Math.Min(attempt - 1, 62)), 120_000);
            Assert.InRange(delay, Math.Floor(plain * (1 - (jitter / 100.0))), Math.Min(120_000, Math.Ceiling(plain * (1 + (jitter / 100.0)))));
        });

    [Fact]
    public void Spreads_over_the_whole_jitter_and_repeats_for_a_seed()
    {
        var delays = new RetryDelays(new RetryOptions(), new Random(5));
        var seen = Enumerable.Range(0, 2000).Select(_ => delays.After(3).TotalSeconds).ToArray();
        Assert.InRange(seen.Min(), 3.0, 3.05);
        Assert.InRange(seen.Max(), 4.95, 5.0);
        Assert.InRange(seen.Average(), 3.9, 4.1);
        var again = new RetryDelays(new RetryOptions(), new Random(5));
        Assert.Equal(seen, Enumerable.Range(0, 2000).Select(_ => again.After(3).TotalSeconds));
    }
}

using Sluice.Pacing;
using Xunit;

namespace Sluice.Tests.Pacing;

public sealed class RateLearnerTests
{
    private static readonly TimeSpan Start = TimeSpan.FromMinutes(1);

    [Fact]
    public void Grows_by_a_tenth_from_180_to_600_and_no_further()
    {
        var learner = new RateLearner();
        List<int> seen = [learner.PerMinute];
        while (learner.WindowSpent(Start))
        {
            seen.Add(learner.PerMinute);
        }

        Assert.Equal([180, 198, 217, 238, 261, 287, 315, 346, 380, 418, 459, 504, 554, 600], seen);
    }

    [Theory]
    [InlineData(150, 150)]
    [InlineData(179, 179)]
    [InlineData(180, 180)]
    [InlineData(500, 180)]
    [InlineData(90, 90)]
    [InlineData(12, RateLearner.Least)]
    [InlineData(-1, RateLearner.Least)]
    public void A_refusal_sets_the_number_to_what_the_window_took_and_never_raises_it(int took, int expected)
    {
        var learner = new RateLearner();
        learner.Refused(took, Start);
        Assert.Equal(expected, learner.PerMinute);
    }

    [Fact]
    public void A_refusal_is_remembered_for_a_day()
    {
        var learner = new RateLearner();
        learner.Refused(120, Start);
        Assert.False(learner.WindowSpent(Start + TimeSpan.FromHours(23.9)));
        Assert.Equal(120, learner.PerMinute);
        Assert.True(learner.WindowSpent(Start + TimeSpan.FromHours(24)));
        Assert.Equal(132, learner.PerMinute);
    }

    [Theory]
    [InlineData(300, 300)]
    [InlineData(10_000, RateLearner.Most)]
    [InlineData(0, RateLearner.Least)]
    public void What_an_earlier_process_learned_is_where_it_begins(int saved, int expected)
    {
        var learner = new RateLearner();
        learner.Remember(saved, Start);
        Assert.Equal(expected, learner.PerMinute);
        Assert.False(learner.WindowSpent(Start + TimeSpan.FromHours(1)));
    }
}

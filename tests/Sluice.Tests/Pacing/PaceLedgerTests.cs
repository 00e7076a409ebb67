using System.Collections.Immutable;
using Sluice.Checkpoints;
using Xunit;

namespace Sluice.Tests.Pacing;

/// <summary>The arithmetic of one budget over all processes: what counts, from when, and until when.</summary>
public sealed class PaceLedgerTests
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan Life = TimeSpan.FromSeconds(5);

    private ImmutableArray<PaceMark> _ledger = [];
    private TimeSpan _now;

    [Theory]
    [InlineData(3, 10, 3)]
    [InlineData(10, 10, 10)]
    [InlineData(11, 10, 10)]
    [InlineData(0, 10, 0)]
    [InlineData(-2, 10, 0)]
    [InlineData(5, 0, 0)]
    public void No_more_is_granted_than_wanted_and_than_the_limit_leaves(int want, int limit, int granted)
    {
        var answer = Ask("a", want, limit);
        Assert.Equal((granted, granted), (answer.Granted, answer.UsedInWindow));
    }

    [Fact]
    public void Two_holders_share_one_limit()
    {
        Assert.Equal(7, Ask("a", 7).Granted);
        Assert.Equal(3, Ask("b", 7).Granted);
        Assert.Equal(0, Ask("c", 1).Granted);
    }

    [Fact]
    public void What_was_used_counts_from_when_it_was_and_leaves_with_the_window()
    {
        Ask("a", 10);
        _now = TimeSpan.FromSeconds(3);
        var answer = Ask("b", 1, used: null);
        Assert.Equal(0, answer.Granted);

        // a used all ten a second ago.
        Ask("a", 0, used: [.. Enumerable.Repeat(TimeSpan.FromSeconds(1), 10)]);
        answer = Ask("b", 1);
        Assert.Equal((0, TimeSpan.FromSeconds(2) + Window - _now), (answer.Granted, answer.NextIn));

        _now = TimeSpan.FromSeconds(2) + Window - TimeSpan.FromTicks(1);
        Assert.Equal(0, Ask("b", 1).Granted);
        _now += TimeSpan.FromTicks(1);
        Assert.Equal(1, Ask("b", 1).Granted);
    }

    [Fact]
    public void What_is_given_back_is_free_at_once()
    {
        Ask("a", 10);
        Assert.Equal(4, Ask("b", 10, returned: 0).Granted + Ask("a", 0, returned: 4).Granted + Ask("b", 10).Granted);
    }

    [Fact]
    public void A_grant_that_ran_out_counts_a_whole_window_from_its_end()
    {
        Ask("dead", 10);
        _now = Life;
        Assert.Equal(0, Ask("b", 1).Granted);
        _now = Life + Window - TimeSpan.FromTicks(1);
        Assert.Equal(0, Ask("b", 1).Granted);
        _now = Life + Window;
        Assert.Equal(10, Ask("b", 10).Granted);
    }

    [Fact]
    public void A_holder_that_settles_late_pays_with_its_lapsed_grants_first()
    {
        Ask("a", 4);
        _now = TimeSpan.FromSeconds(6);
        Ask("a", 4);

        // Four used of eight: those that ran out are settled, the open ones stay.
        var answer = Ask("a", 0, used: [.. Enumerable.Repeat(TimeSpan.Zero, 4)]);
        Assert.Equal(8, answer.UsedInWindow);
        Assert.Equal(4, _ledger.Where(static m => m.Kind == PaceMarkKind.Open).Sum(static m => m.Count));
        Assert.DoesNotContain(_ledger, static m => m.Kind == PaceMarkKind.Lapsed);
    }

    [Fact]
    public void A_request_that_nobody_granted_is_counted_all_the_same()
    {
        Assert.Equal(3, Ask("a", 0, used: [TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero]).UsedInWindow);
        Assert.Equal(7, Ask("b", 10).Granted);
    }

    [Fact]
    public void One_holder_cannot_settle_another_s_grants()
    {
        Ask("a", 5);
        Ask("b", 0, returned: 5);
        Assert.Equal(5, Ask("b", 10).Granted);
    }

    [Fact]
    public void A_limit_that_fell_below_what_is_used_grants_nothing_until_enough_has_left()
    {
        Ask("a", 10, used: null);
        Ask("a", 0, used: [.. Enumerable.Range(0, 10).Select(static i => TimeSpan.FromSeconds(-i))]);
        _now = TimeSpan.FromSeconds(20);
        var answer = Ask("a", 1, limit: 4);
        Assert.Equal(0, answer.Granted);
        Assert.Equal(TimeSpan.FromSeconds(40), answer.NextIn);
    }

    private PaceAnswer Ask(string holder, int want, int limit = 10, IReadOnlyList<TimeSpan>? used = null, int returned = 0)
    {
        (_ledger, var answer) = PaceLedger.Lease(_ledger, new PaceRequest("c", holder, want, limit, Window, Life, used ?? [], returned), _now.Ticks, TimeSpan.Zero, null);
        return answer;
    }
}

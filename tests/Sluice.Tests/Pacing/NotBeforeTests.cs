using CsCheck;
using Microsoft.Extensions.Time.Testing;
using Sluice.Pacing;
using Xunit;

namespace Sluice.Tests.Pacing;

public sealed class NotBeforeTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void It_is_never_shortened() =>
        Gen.Select(Gen.Int[0, 100], Gen.Int[0, 30], Gen.Bool).Array[1, 60].Sample(static steps =>
        {
            var time = new FakeTimeProvider();
            var notBefore = new NotBefore(time);
            var until = 0;
            var now = 0;
            foreach (var (wait, pause, heard) in steps)
            {
                if (heard)
                {
                    notBefore.Hear(TimeSpan.FromSeconds(wait));
                }
                else
                {
                    notBefore.Raise(TimeSpan.FromSeconds(wait));
                }

                until = Math.Max(until, now + wait);
                Assert.Equal(TimeSpan.FromSeconds(Math.Max(0, until - now)), notBefore.Remaining);
                time.Advance(TimeSpan.FromSeconds(pause));
                now += pause;
            }
        });

    [Fact]
    public void Nothing_remains_where_nothing_was_asked_or_all_is_over()
    {
        var notBefore = new NotBefore(_time);
        Assert.Equal((TimeSpan.Zero, TimeSpan.Zero), (notBefore.Remaining, notBefore.LookIn));
        notBefore.Raise(TimeSpan.FromSeconds(3));
        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(TimeSpan.Zero, notBefore.Remaining);
        Assert.False(notBefore.TryDoubt());
    }

    [Fact]
    public void A_long_wait_is_doubted_by_one_caller_each_quarter_of_an_hour()
    {
        var notBefore = new NotBefore(_time);
        notBefore.Raise(TimeSpan.FromHours(2));
        Assert.Equal(TimeSpan.FromMinutes(15), notBefore.LookIn);
        Assert.False(notBefore.TryDoubt());
        for (var quarter = 1; quarter < 8; quarter++)
        {
            _time.Advance(TimeSpan.FromMinutes(15));
            Assert.Equal(1, Enumerable.Range(0, 5).Count(_ => notBefore.TryDoubt()));
            Assert.Equal(TimeSpan.FromMinutes(15), notBefore.LookIn);
        }
    }

    [Fact]
    public void A_wait_of_a_quarter_of_an_hour_or_less_is_not_doubted()
    {
        var notBefore = new NotBefore(_time);
        notBefore.Raise(TimeSpan.FromMinutes(15));
        _time.Advance(TimeSpan.FromMinutes(15) - TimeSpan.FromTicks(1));
        Assert.False(notBefore.TryDoubt());
    }

    [Fact]
    public void What_Notion_lifted_is_not_taken_up_from_another_process_but_from_Notion_it_is()
    {
        var notBefore = new NotBefore(_time);
        notBefore.Raise(TimeSpan.FromHours(2));
        _time.Advance(TimeSpan.FromMinutes(15));
        notBefore.Lift();
        Assert.Equal(TimeSpan.Zero, notBefore.Remaining);

        notBefore.Hear(TimeSpan.FromMinutes(105));
        Assert.Equal(TimeSpan.Zero, notBefore.Remaining);
        notBefore.Hear(TimeSpan.FromMinutes(106));
        Assert.Equal(TimeSpan.FromMinutes(106), notBefore.Remaining);

        notBefore.Lift();
        notBefore.Raise(TimeSpan.FromSeconds(30));
        Assert.Equal(TimeSpan.FromSeconds(30), notBefore.Remaining);
    }
}

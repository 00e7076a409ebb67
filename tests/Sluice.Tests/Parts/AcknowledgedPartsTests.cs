using CsCheck;
using Sluice.Parts;
using Xunit;

namespace Sluice.Tests.Parts;

public sealed class AcknowledgedPartsTests
{
    [Fact]
    public void A_gap_holds_the_prefix_back()
    {
        var parts = new AcknowledgedParts(PartPlan.Create(95, 10, PartMode.Multi));
        Assert.Equal((0, 0, 1, false), (parts.PrefixEnd, parts.Count, parts.FirstMissing, parts.IsComplete));

        Assert.True(parts.Add(2));
        Assert.True(parts.Add(10));
        Assert.Equal((0L, 15L, 2), (parts.PrefixEnd, parts.Bytes, parts.Count));

        Assert.True(parts.Add(1));
        Assert.Equal((20L, 3), (parts.PrefixEnd, parts.FirstMissing));
        Assert.False(parts.Add(1));
        Assert.Equal((25L, 3), (parts.Bytes, parts.Count));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(11)]
    public void A_number_outside_the_plan_is_a_bug(int number)
    {
        var parts = new AcknowledgedParts(PartPlan.Create(95, 10, PartMode.Multi));

        Assert.Throws<ArgumentOutOfRangeException>(() => parts.Add(number));
        Assert.Throws<ArgumentOutOfRangeException>(() => parts.Contains(number));
        Assert.Equal(0, parts.Count);
    }

    [Fact]
    public void Agrees_with_a_set_in_any_order()
    {
        var plans = Gen.Select(Gen.Long[1, 2000], Gen.Long[1, 50], static (length, size) => PartPlan.Create(length, size, PartMode.Multi));
        plans.SelectMany(static plan => Gen.Int[1, plan.Count].Array[0, 300], static (plan, numbers) => (plan, numbers)).Sample((plan, numbers) =>
        {
            var parts = new AcknowledgedParts(plan);
            var set = new SortedSet<int>();
            foreach (var number in numbers)
            {
                Assert.Equal(set.Add(number), parts.Add(number));
                var prefix = Enumerable.Range(1, plan.Count).TakeWhile(set.Contains).Count();
                Assert.Equal(prefix == 0 ? 0 : plan.EndOf(prefix), parts.PrefixEnd);
                Assert.Equal(set.Count == plan.Count ? null : prefix + 1, parts.FirstMissing);
                Assert.Equal(set.Sum(plan.LengthOf), parts.Bytes);
                Assert.Equal(set.Count == plan.Count, parts.IsComplete);
            }

            Assert.All(Enumerable.Range(1, plan.Count), n => Assert.Equal(set.Contains(n), parts.Contains(n)));
        });
    }

    [Fact]
    public void Every_order_ends_complete() =>
        Gen.Int[1, 1000].SelectMany(static count => Gen.Shuffle(Enumerable.Range(1, count).ToArray())).Sample(static order =>
        {
            var plan = PartPlan.Create((order.Length * 10L) - 3, 10, PartMode.Multi);
            var parts = new AcknowledgedParts(plan);
            Assert.All(order, number => Assert.True(parts.Add(number)));
            Assert.True(parts.IsComplete);
            Assert.Null(parts.FirstMissing);
            Assert.Equal((plan.Length, plan.Length), (parts.PrefixEnd, parts.Bytes));
        }, iter: 300);
}

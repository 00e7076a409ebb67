using CsCheck;
using Sluice.Parts;
using Xunit;

namespace Sluice.Tests.Parts;

public sealed class PartPlanTests
{
    [Theory]
    [InlineData(0, 1, (int)PartMode.Multi)]
    [InlineData(-5, 1, (int)PartMode.Multi)]
    [InlineData(1, 0, (int)PartMode.Multi)]
    [InlineData(1, -1, (int)PartMode.Single)]
    [InlineData(2, 1, (int)PartMode.Single)]
    [InlineData(1, 1, 7)]
    [InlineData(long.MaxValue, 1, (int)PartMode.Multi)]
    [InlineData(long.MinValue, long.MinValue, (int)PartMode.Multi)]
    public void What_is_no_plan_is_not_taken(long length, long partSize, int mode)
    {
        Assert.False(new PartPlan(length, partSize, (PartMode)mode).IsPossible());
        Assert.Throws<ArgumentException>(() => PartPlan.Create(length, partSize, (PartMode)mode));
    }

    [Fact]
    public void The_default_is_no_plan() => Assert.False(default(PartPlan).IsPossible());

    [Theory]
    [InlineData(1, 1, (int)PartMode.Single, 1)]
    [InlineData(1, long.MaxValue, (int)PartMode.Multi, 1)]
    [InlineData(long.MaxValue, long.MaxValue, (int)PartMode.Single, 1)]
    [InlineData(long.MaxValue, long.MaxValue - 1, (int)PartMode.Multi, 2)]
    [InlineData(int.MaxValue, 1, (int)PartMode.Multi, int.MaxValue)]
    public void The_ends_of_what_is_possible(long length, long partSize, int mode, int count)
    {
        var plan = PartPlan.Create(length, partSize, (PartMode)mode);

        Assert.Equal(count, plan.Count);
        Assert.Equal(length, plan.EndOf(plan.Count));
        Assert.Equal(count, plan.NumberAt(length - 1));
    }

    [Fact]
    public void Arithmetic_never_overflows_on_a_plan_that_was_taken() =>
        Gen.Select(Gen.Long[1, long.MaxValue], Gen.Long[1, long.MaxValue]).Sample((length, size) =>
        {
            var plan = new PartPlan(length, size, PartMode.Multi);
            if (!plan.IsPossible())
            {
                return;
            }

            var last = plan.Count;
            Assert.InRange(plan.OffsetOf(last), 0, length - 1);
            Assert.InRange(plan.LengthOf(last), 1, size);
            Assert.Equal(length, plan.EndOf(last));
            Assert.Equal(plan.LastLength, plan.LengthOf(last));
        });
}

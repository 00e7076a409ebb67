using CsCheck;
using Sluice.Errors;
using Sluice.Notion;
using Sluice.Parts;
using Sluice.Pressure;
using Xunit;

namespace Sluice.Tests.Parts;

public sealed class PartPlannerTests
{
    private const long MiB = 1L << 20;
    private const long GiB = 1L << 30;
    private const long Paid = 5 * GiB;
    private const long Free = 5 * MiB;

    private static readonly NotionLimits Limits = NotionLimits.Default;

    // length, replayable, standard profile, bytes/s (0: unknown) -> part size, count
    public static TheoryData<long, bool, bool, double, long, int> Chosen => new()
    {
        { 1, false, false, 0, 1, 1 },
        { 5 * MiB, false, false, 0, 5 * MiB, 1 },
        { (5 * MiB) + 1, false, false, 0, 5 * MiB, 2 },
        { 5000 * MiB, false, false, 0, 5 * MiB, 1000 },
        { (5000 * MiB) + 1, false, false, 0, (5 * MiB) + 65536, 988 },
        { 5 * GiB, false, false, 0, 5_373_952, 1000 },
        { 5 * GiB, false, false, 50e6, 5_373_952, 1000 },
        { 10 * MiB, true, false, 0, 10 * MiB, 1 },
        { (10 * MiB) + 1, true, false, 0, 10 * MiB, 2 },
        { 5 * GiB, true, false, 0, 10 * MiB, 512 },
        { 20 * MiB, true, false, 1e6, 20 * MiB, 1 },
        { (20 * MiB) + 1, true, false, 1e6, 20 * MiB, 2 },
        { 5 * GiB, true, false, 1e6, 20 * MiB, 256 },
        { 5 * GiB, true, false, 400e3, 10_944_512, 491 },
        { 5 * GiB, true, false, 100e3, 5_373_952, 1000 },
        { GiB, true, false, 100e3, 5 * MiB, 205 },
        { 20 * MiB, false, true, 0, 20 * MiB, 1 },
        { 5 * GiB, false, true, 0, 20 * MiB, 256 },
        { 5 * GiB, true, true, 0, 20 * MiB, 256 },
        { GiB, true, true, 100e3, 5 * MiB, 205 },
    };

    [Theory]
    [InlineData(false, 11, 11)]
    [InlineData(false, 31, 20)]
    [InlineData(false, 3, 5)]
    [InlineData(true, 11, 20)]
    public void A_part_that_lies_in_memory_fits_into_all_there_is_of_it(bool replayable, int bufferMb, int partMb)
    {
        var inputs = new PartPlanInputs { Replayable = replayable, Profile = ProfileKind.Standard, BufferBytes = bufferMb * MiB };
        Assert.Equal(partMb * MiB, PartPlanner.Plan(GiB, Limits, Paid, inputs).Plan.PartSize);
    }

    [Theory]
    [MemberData(nameof(Chosen))]
    public void Chooses_the_size(long length, bool replayable, bool standard, double rate, long size, int count)
    {
        var inputs = new PartPlanInputs
        {
            Replayable = replayable,
            Profile = standard ? ProfileKind.Standard : ProfileKind.Small,
            BytesPerSecond = rate == 0 ? null : rate,
        };

        var (plan, error) = PartPlanner.Plan(length, Limits, Paid, inputs);

        Assert.Null(error);
        Assert.Equal(size, plan.PartSize);
        Assert.Equal(count, plan.Count);
        Assert.Equal(count == 1 ? PartMode.Single : PartMode.Multi, plan.Mode);
    }

    [Theory]
    [InlineData(0, Paid, "empty_file")]
    [InlineData(-1, Paid, "empty_file")]
    [InlineData((5 * GiB) + 1, Paid, "too_large")]
    [InlineData(long.MaxValue, long.MaxValue, "too_large")]
    [InlineData(long.MinValue, Paid, "empty_file")]
    [InlineData((5 * MiB) + 1, Free, "plan_limit")]
    [InlineData(GiB, 100 * MiB, "plan_limit")]
    [InlineData((5 * GiB) + 1, Free, "too_large")]
    public void Refuses_what_can_never_be_uploaded(long length, long workspaceLimit, string code)
    {
        var (plan, error) = PartPlanner.Plan(length, Limits, workspaceLimit, new PartPlanInputs());

        Assert.Equal(code, error?.Code.Name);
        Assert.Equal(default, plan);
        Assert.DoesNotContain("  ", error!.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5 * MiB)]
    public void A_free_workspace_gets_one_send(long length)
    {
        foreach (var inputs in new PartPlanInputs[] { new(), new() { Replayable = true }, new() { ForceSmallest = true }, new() { FixedSize = 5 * MiB } })
        {
            var (plan, error) = PartPlanner.Plan(length, Limits, Free, inputs);

            Assert.Null(error);
            Assert.Equal(new PartPlan(length, length, PartMode.Single), plan);
        }
    }

    [Theory]
    [InlineData(5 * MiB, 100 * MiB, 20)]
    [InlineData((5 * MiB) + 131072, 5 * GiB, 1000)]
    [InlineData(20 * MiB, 5 * GiB, 256)]
    [InlineData(20 * MiB, 20 * MiB, 1)]
    [InlineData(7 * MiB, (7 * MiB) + 1, 2)]
    public void A_size_set_by_hand_wins(long size, long length, int count)
    {
        var byOption = new PartPlanInputs { Options = new PartOptions { Size = size }, BytesPerSecond = 1e9, Replayable = true };
        var byHand = new PartPlanInputs { FixedSize = size, Options = new PartOptions { Size = 6 * MiB }, Profile = ProfileKind.Standard };
        foreach (var inputs in new[] { byOption, byHand })
        {
            var (plan, error) = PartPlanner.Plan(length, Limits, Paid, inputs);

            Assert.Null(error);
            Assert.Equal(count, plan.Count);
            Assert.Equal(count == 1 ? length : size, plan.PartSize);
        }
    }

    [Theory]
    [InlineData(5 * MiB, 5 * GiB)]
    [InlineData(5 * MiB, (5000 * MiB) + 1)]
    [InlineData((5 * MiB) - 1, MiB)]
    [InlineData((20 * MiB) + 65536, MiB)]
    [InlineData((5 * MiB) + 1, MiB)]
    [InlineData(-1, MiB)]
    public void A_size_set_by_hand_that_cannot_be_is_refused(long size, long length)
    {
        var (_, error) = PartPlanner.Plan(length, Limits, Paid, new PartPlanInputs { FixedSize = size });

        Assert.Equal(ErrorCodes.BadRequest, error?.Code);
    }

    [Fact]
    public void A_size_set_by_hand_below_what_the_file_needs_names_the_size_that_would_do()
    {
        var (_, error) = PartPlanner.Plan(5 * GiB, Limits, Paid, new PartPlanInputs { FixedSize = 5 * MiB });

        Assert.Contains("5,373,952", error!.Message, StringComparison.Ordinal);
        Assert.Contains("1,024 parts", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(GiB, 5 * MiB)]
    [InlineData(5 * GiB, 5_373_952)]
    [InlineData(8 * MiB, 5 * MiB)]
    public void Two_time_limits_in_a_row_force_the_smallest_parts_whatever_was_set(long length, long size)
    {
        var inputs = new PartPlanInputs
        {
            ForceSmallest = true,
            Replayable = true,
            Profile = ProfileKind.Standard,
            FixedSize = 20 * MiB,
            BytesPerSecond = 1e9,
            Options = new PartOptions { MinSize = 10 * MiB },
        };

        var (plan, error) = PartPlanner.Plan(length, Limits, Paid, inputs);

        Assert.Null(error);
        Assert.Equal(size, plan.PartSize);
        Assert.Equal(PartMode.Multi, plan.Mode);
    }

    [Fact]
    public void The_rate_is_shared_by_the_senders()
    {
        var inputs = new PartPlanInputs { Replayable = true, BytesPerSecond = 1e6, Senders = 3 };

        var (plan, _) = PartPlanner.Plan(GiB, Limits, Paid, inputs);

        Assert.Equal(9_109_504, plan.PartSize);
    }

    [Theory]
    [InlineData(8 * MiB, 12 * MiB)]
    [InlineData(5 * MiB, 5 * MiB)]
    [InlineData(20 * MiB, 20 * MiB)]
    public void Chosen_sizes_keep_to_the_bounds_set(long min, long max)
    {
        var options = new PartOptions { MinSize = min, MaxSize = max };
        foreach (var rate in new double?[] { null, 1, 1e9 })
        {
            foreach (var replayable in new[] { false, true })
            {
                foreach (var profile in new[] { ProfileKind.Small, ProfileKind.Standard })
                {
                    var (plan, _) = PartPlanner.Plan(GiB, Limits, Paid, new PartPlanInputs { Options = options, BytesPerSecond = rate, Replayable = replayable, Profile = profile });
                    Assert.InRange(plan.PartSize, min, max);
                }
            }
        }
    }

    [Fact]
    public void A_bound_too_small_for_the_file_gives_way_to_the_thousand_parts()
    {
        var (plan, _) = PartPlanner.Plan(5 * GiB, Limits, Paid, new PartPlanInputs { Options = new PartOptions { MaxSize = 5 * MiB } });

        Assert.Equal(1000, plan.Count);
        Assert.Equal(5_373_952, plan.PartSize);
    }

    [Fact]
    public void Works_at_a_small_scale()
    {
        var small = new NotionLimits { MinPartSize = 1024, MaxPartSize = 4096, PartSizeUnit = 64, MaxFileSize = 1 << 20, FreePlanLimit = 1024 };
        var options = new PartOptions { MinSize = 1024, MaxSize = 4096 };

        var (relayed, _) = PartPlanner.Plan(100_000, small, 1 << 20, new PartPlanInputs { Options = options });
        var (replayed, _) = PartPlanner.Plan(100_000, small, 1 << 20, new PartPlanInputs { Options = options, Replayable = true });
        var (largest, _) = PartPlanner.Plan(1 << 20, small, 1 << 20, new PartPlanInputs { Options = options });

        Assert.Equal((1024, 98), (relayed.PartSize, relayed.Count));
        Assert.Equal((2048, 49), (replayed.PartSize, replayed.Count));
        Assert.Equal((1088, 964), (largest.PartSize, largest.Count));
    }

    [Fact]
    public void Every_plan_is_legal_and_every_byte_is_in_exactly_one_part()
    {
        var lengths = Gen.OneOf(
            Gen.Long[1, Paid],
            Gen.Long[1, 64 * MiB],
            Gen.Select(Gen.Int[1, 1000], Gen.Int[5 << 4, 20 << 4], Gen.Int[-1, 1], static (parts, units, by) => Math.Clamp((parts * (long)units * 65536) + by, 1, Paid)));
        Gen.Select(lengths, Gen.Bool, Gen.Bool, Gen.Double[0, 1e8].Nullable(), Gen.Bool, Gen.Long[0, Paid])
            .Sample(t =>
            {
                var (length, replayable, standard, rate, smallest, offset) = t;
                var inputs = new PartPlanInputs
                {
                    Replayable = replayable,
                    Profile = standard ? ProfileKind.Standard : ProfileKind.Small,
                    BytesPerSecond = rate,
                    ForceSmallest = smallest,
                };
                var (plan, error) = PartPlanner.Plan(length, Limits, Paid, inputs);
                Assert.Null(error);
                AssertLegal(plan, length);
                AssertCovers(plan, offset % length);
            }, iter: 4_000);
    }

    private static void AssertLegal(PartPlan plan, long length)
    {
        Assert.Equal(length, plan.Length);
        Assert.InRange(plan.Count, 1, Limits.MaxParts);
        Assert.True(plan.IsPossible());
        if (plan.Mode == PartMode.Single)
        {
            Assert.Equal((1, length), (plan.Count, plan.PartSize));
            Assert.True(length <= Limits.MaxPartSize);
            return;
        }

        Assert.InRange(plan.PartSize, Limits.MinPartSize, Limits.MaxPartSize);
        Assert.Equal(0, plan.PartSize % Limits.PartSizeUnit);
        Assert.True(plan.Count > 1);
    }

    private static void AssertCovers(PartPlan plan, long offset)
    {
        var end = 0L;
        for (var n = 1; n <= plan.Count; n++)
        {
            Assert.Equal(end, plan.OffsetOf(n));
            Assert.True(plan.LengthOf(n) > 0);
            Assert.True(n == plan.Count || plan.LengthOf(n) == plan.PartSize);
            Assert.Equal(n, plan.NumberAt(plan.OffsetOf(n)));
            Assert.Equal(n, plan.NumberAt(plan.EndOf(n) - 1));
            end = plan.EndOf(n);
        }

        Assert.Equal(plan.Length, end);
        Assert.Equal(plan.LastLength, plan.LengthOf(plan.Count));
        var holder = plan.NumberAt(offset);
        Assert.True(plan.OffsetOf(holder) <= offset && offset < plan.EndOf(holder));
    }
}

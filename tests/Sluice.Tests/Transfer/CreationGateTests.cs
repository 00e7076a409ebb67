using CsCheck;
using Sluice.Transfer;
using Xunit;

namespace Sluice.Tests.Transfer;

public sealed class CreationGateTests
{
    private const long GiB = 1L << 30;
    private const double PerSecond = 180 / 60.5;
    private static readonly TimeSpan Planning = TimeSpan.FromMinutes(50);

    private static CreationGate.Work Large => new(1004, 5 * GiB, Planning);

    // how many of 5 GiB are made already, bytes a second -> one more fits
    [Theory]
    [InlineData(0, null, true)]
    [InlineData(7, null, true)]
    [InlineData(8, null, false)]
    [InlineData(0, 1.8e6, true)]
    [InlineData(0, 1.7e6, false)]
    [InlineData(1, 3.6e6, true)]
    [InlineData(2, 3.6e6, false)]
    public void Requests_and_bytes_have_to_fit(int made, double? bytesPerSecond, bool fits) =>
        Assert.Equal(fits, CreationGate.Fits([.. Enumerable.Repeat(Large, made + 1)], Large, PerSecond, bytesPerSecond));

    [Fact]
    public void One_made_long_ago_must_not_miss_its_hour_for_a_new_one()
    {
        // 500 requests left and just enough time for them: a new one is due later, and goes behind it.
        var old = new CreationGate.Work(500, GiB, TimeSpan.FromSeconds((500 / PerSecond) + 0.1));
        Assert.True(CreationGate.Fits([old, Large], Large, PerSecond, null));

        // A small one that is due sooner would push it over.
        var small = new CreationGate.Work(5, 1000, TimeSpan.FromSeconds(60));
        Assert.False(CreationGate.Fits([old, small], small, PerSecond, null));
    }

    [Theory]
    [InlineData(2.2e6, true)]
    [InlineData(1.7e6, false)]
    public void Bytes_that_are_not_here_yet_have_to_arrive_in_time(double arrival, bool passes)
    {
        var work = Large with { ArrivalBytesPerSecond = arrival };
        Assert.Equal(passes, CreationGate.Alone(work, PerSecond, null));
        Assert.Equal(passes, CreationGate.Fits([work], work, PerSecond, null));
    }

    [Fact]
    public void Only_what_is_not_here_yet_has_to_arrive()
    {
        var slow = Large with { ArrivalBytesPerSecond = 1e6 };
        Assert.False(CreationGate.ArrivesInTime(slow));
        Assert.True(CreationGate.ArrivesInTime(slow with { NotHere = 3_000_000_000 }));
        Assert.False(CreationGate.ArrivesInTime(slow with { NotHere = 3_000_000_001 }));
        Assert.True(CreationGate.ArrivesInTime(slow with { ArrivalBytesPerSecond = 0, NotHere = 0 }));
        Assert.False(CreationGate.ArrivesInTime(slow with { ArrivalBytesPerSecond = 0 }));
    }

    // how many of 5 GiB are under way or wait, bytes a second -> predicted wait in s
    [Theory]
    [InlineData(0, 1.0, 0)]
    [InlineData(7, null, 0)]
    [InlineData(8, null, 37)]
    [InlineData(9, 10e6, 2368)]
    public void A_new_one_waits_until_all_that_is_ahead_and_it_fit(int ahead, double? bytesPerSecond, double seconds) =>
        Assert.Equal(seconds, CreationGate.PredictWait(Enumerable.Repeat(Large, ahead), Large, PerSecond, bytesPerSecond).TotalSeconds, 1.0);

    [Fact]
    public void Without_a_request_budget_only_bytes_count() =>
        Assert.True(CreationGate.Fits([.. Enumerable.Repeat(Large, 1001)], Large, double.PositiveInfinity, null));

    [Fact]
    public void What_passes_is_done_in_time_when_the_earliest_deadline_goes_first() =>
        Gen.Select(Gen.Select(Gen.Int[1, 400], Gen.Int[1, 3000]).Array[0, 12], Gen.Int[1, 400], Gen.Double[0.2, 5]).Sample(static (made, asks, rate) =>
        {
            var works = made.Select(m => new CreationGate.Work(m.Item1, 0, TimeSpan.FromSeconds(m.Item2))).ToArray();
            var candidate = new CreationGate.Work(asks, 0, TimeSpan.FromSeconds(1500));
            var all = works.Append(candidate).OrderBy(w => w.Until).ToArray();

            // Serve them one request after the other in order of deadlines, and look.
            double clock = 0;
            var inTime = true;
            foreach (var work in all)
            {
                clock += work.Requests / rate;
                inTime &= clock <= work.Until.TotalSeconds + 1e-9;
            }

            Assert.Equal(inTime, CreationGate.Fits([.. works, candidate], candidate, rate, null));
        });
}

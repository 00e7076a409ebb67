using Sluice.Relay;
using Xunit;

namespace Sluice.Tests.Relay;

public sealed class ArrivalMeterTests
{
    private readonly ArrivalMeter _meter = new();

    [Fact]
    public void A_little_says_nothing_and_a_silent_client_shows_after_two_seconds()
    {
        Assert.Null(_meter.BytesPerSecond);
        _meter.Read(1 << 19, TimeSpan.FromSeconds(0.1));
        Assert.Null(_meter.BytesPerSecond);
        var silent = new ArrivalMeter();
        silent.Read(0, TimeSpan.FromSeconds(2));
        Assert.Equal(0, silent.BytesPerSecond);
    }

    [Fact]
    public void Bytes_that_are_always_there_are_as_fast_as_can_be()
    {
        _meter.Read(1 << 20, TimeSpan.Zero);
        Assert.Equal(double.PositiveInfinity, _meter.BytesPerSecond);
    }

    [Fact]
    public void A_steady_client_is_measured_as_it_is_and_the_last_seconds_count_most()
    {
        for (var i = 0; i < 100; i++)
        {
            _meter.Read(50_000, TimeSpan.FromSeconds(0.1));
        }

        Assert.InRange(_meter.BytesPerSecond!.Value, 499_000, 501_000);
        for (var i = 0; i < 400; i++)
        {
            _meter.Read(5_000, TimeSpan.FromSeconds(0.1));
        }

        Assert.InRange(_meter.BytesPerSecond!.Value, 50_000, 80_000);
    }
}

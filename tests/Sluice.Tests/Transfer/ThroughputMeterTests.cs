using Microsoft.Extensions.Time.Testing;
using Sluice.Notion;
using Sluice.Transfer;
using Xunit;

namespace Sluice.Tests.Transfer;

public sealed class ThroughputMeterTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly ThroughputMeter _meter;

    public ThroughputMeterTests() => _meter = new ThroughputMeter(NotionLimits.Default, _time);

    [Fact]
    public void Waiting_between_sends_does_not_count()
    {
        Send(seconds: 20, bytes: 20_000);
        _time.Advance(TimeSpan.FromMinutes(20));

        Assert.Equal(1_000, _meter.BytesPerSecond!.Value, tolerance: 0.001);
    }

    [Fact]
    public void Sends_that_overlap_count_their_time_once()
    {
        var begin = _time.GetTimestamp();
        _time.Advance(TimeSpan.FromSeconds(20));
        _meter.Succeeded(begin, 10_000);
        _meter.Succeeded(begin, 10_000);

        Assert.Equal(1_000, _meter.BytesPerSecond!.Value, tolerance: 0.001);
    }

    [Fact]
    public void A_process_that_slept_in_the_middle_of_a_send_learns_nothing_from_it()
    {
        Send(seconds: 20, bytes: 20_000);
        Send(seconds: 3_600, bytes: 1_000);

        Assert.Equal(1_000, _meter.BytesPerSecond!.Value, tolerance: 0.001);
    }

    [Fact]
    public void A_file_is_refused_only_by_a_rate_that_was_measured_for_minutes()
    {
        Send(seconds: 50, bytes: 50_000);
        Assert.NotNull(_meter.BytesPerSecond);
        Assert.Null(_meter.SteadyBytesPerSecond);

        for (var i = 0; i < 6; i++)
        {
            Send(seconds: 50, bytes: 50_000);
        }

        Assert.NotNull(_meter.SteadyBytesPerSecond);
    }

    private void Send(double seconds, long bytes)
    {
        var begin = _time.GetTimestamp();
        _time.Advance(TimeSpan.FromSeconds(seconds));
        _meter.Succeeded(begin, bytes);
    }
}

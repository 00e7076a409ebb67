using Microsoft.Extensions.Time.Testing;
using Sluice.Notion;
using Sluice.Transfer;
using Xunit;

namespace Sluice.Tests.Transfer;

public sealed class ThroughputRateTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Says_nothing_before_it_has_seen_ten_seconds()
    {
        var meter = new ThroughputMeter(NotionLimits.Default, _time);
        Send(meter, 9, 9_000_000);
        Assert.Null(meter.BytesPerSecond);
        Send(meter, 2, 2_000_000);
        Assert.NotNull(meter.BytesPerSecond);
    }

    [Fact]
    public void Says_nothing_where_nothing_got_through()
    {
        var meter = new ThroughputMeter(NotionLimits.Default, _time);
        Send(meter, 50, 0);
        Send(meter, 50, 0);
        Assert.Null(meter.BytesPerSecond);
    }

    [Fact]
    public void Finds_a_steady_rate()
    {
        var meter = new ThroughputMeter(NotionLimits.Default, _time);
        for (var i = 0; i < 200; i++)
        {
            Send(meter, 2, 4_000_000);
        }

        Assert.InRange(meter.BytesPerSecond!.Value, 1.9e6, 2.1e6);
    }

    [Fact]
    public void Senders_side_by_side_share_the_time()
    {
        var meter = new ThroughputMeter(NotionLimits.Default, _time);
        for (var i = 0; i < 100; i++)
        {
            var start = _time.GetTimestamp();
            Pass(3);
            meter.Succeeded(start, 1_000_000);
            meter.Succeeded(start, 1_000_000);
            meter.Succeeded(start, 1_000_000);
        }

        Assert.InRange(meter.BytesPerSecond!.Value, 0.95e6, 1.05e6);
    }

    [Fact]
    public void A_pause_does_not_count()
    {
        var meter = new ThroughputMeter(NotionLimits.Default, _time);
        for (var i = 0; i < 50; i++)
        {
            Send(meter, 2, 2_000_000);
        }

        var before = meter.BytesPerSecond;
        Pass(3600);
        Assert.Equal(before, meter.BytesPerSecond);
    }

    [Fact]
    public void A_link_that_became_slower_is_noticed_within_minutes()
    {
        var meter = new ThroughputMeter(NotionLimits.Default, _time);
        for (var i = 0; i < 100; i++)
        {
            Send(meter, 2, 20_000_000);
        }

        for (var i = 0; i < 150; i++)
        {
            Send(meter, 2, 2_000_000);
        }

        Assert.InRange(meter.BytesPerSecond!.Value, 0.9e6, 1.5e6);
    }

    private void Send(ThroughputMeter meter, double seconds, long bytes)
    {
        var start = _time.GetTimestamp();
        Pass(seconds);
        meter.Succeeded(start, bytes);
    }

    private void Pass(double seconds) => _time.Advance(TimeSpan.FromSeconds(seconds));
}

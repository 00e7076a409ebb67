using Microsoft.Extensions.Time.Testing;
using Sluice.Diagnostics;
using Sluice.Errors;
using Sluice.Notion;
using Xunit;

namespace Sluice.Tests.Diagnostics;

public sealed class DashboardNumbersTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Where_nothing_happened_nothing_is_said() => Assert.Equal(default, DashboardNumbers.Of(new MeterTotals(_time)));

    [Fact]
    public void Rates_and_averages_are_what_the_events_were()
    {
        using var meter = new SluiceMeter(_time);
        meter.AttemptEnded(null);
        meter.AttemptEnded(null);
        meter.AttemptEnded(Failure(FailureClass.Transient, ErrorCodes.TimeoutResponse));
        meter.AttemptEnded(Failure(FailureClass.Transient, ErrorCodes.NotionUnreachable));
        meter.AttemptEnded(Failure(FailureClass.ToldToWait, ErrorCodes.RateBlocked));
        meter.Retried();
        meter.Retried();
        meter.PartAcknowledged(TimeSpan.FromSeconds(1));
        meter.PartAcknowledged(TimeSpan.FromSeconds(4));
        meter.DoneAtRate(TimeSpan.FromSeconds(10), 50_000_000);
        meter.Resumed("done");
        meter.Resumed("failed");
        meter.Recovered(TimeSpan.FromSeconds(3));
        var numbers = DashboardNumbers.Of(meter.Totals);

        Assert.Equal((20, 40, 50), (numbers.TimeoutPercent, numbers.RetryPercent, numbers.ResumeSuccessPercent));
        Assert.Equal((2.5, 20, 3), (numbers.PartSeconds, numbers.SecondsPer100Mb, numbers.RecoverySeconds));
        Assert.Equal(
            (5, 2, 1, 1, 1),
            (meter.Totals[MeterTotal.Attempts], meter.Totals[MeterTotal.AttemptsFailed], meter.Totals[MeterTotal.Timeouts], meter.Totals[MeterTotal.ConnectionErrors], meter.Totals[MeterTotal.RateLimitWaits]));
    }

    [Fact]
    public void A_minute_forgets_to_the_second()
    {
        var minute = new MinuteCount(_time);
        for (var second = 0; second < 90; second++)
        {
            minute.Add();
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(59, minute.Count);
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(29, minute.Count);
        _time.Advance(TimeSpan.FromHours(3));
        Assert.Equal(0, minute.Count);
        minute.Add();
        Assert.Equal(1, minute.Count);
    }

    private static NotionFailure Failure(FailureClass kind, ErrorCode code) => new(kind, new SluiceError(code, "no")) { TimedOut = code.Name.StartsWith("timeout_", StringComparison.Ordinal) };
}

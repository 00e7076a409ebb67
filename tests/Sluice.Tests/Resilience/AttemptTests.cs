using Microsoft.Extensions.Time.Testing;
using Sluice.Diagnostics;
using Sluice.Errors;
using Sluice.Resilience;
using Xunit;

namespace Sluice.Tests.Resilience;

public sealed class AttemptTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly RecordingObserver _observer = new();

    [Fact]
    public void Connecting_has_thirty_seconds()
    {
        using var attempt = New();
        attempt.Connecting();
        AssertEnds(attempt, 30, ErrorCodes.TimeoutConnect);
    }

    [Fact]
    public void The_answer_has_75_seconds_from_the_last_byte()
    {
        using var attempt = New();
        Pass(20);
        attempt.BodySent();
        AssertEnds(attempt, 75, ErrorCodes.TimeoutResponse);
    }

    [Fact]
    public void A_body_that_does_not_move_has_300_seconds()
    {
        using var attempt = New();
        attempt.Progress(1);
        AssertEnds(attempt, 300, ErrorCodes.TimeoutRead);
    }

    [Fact]
    public void An_answer_that_does_not_move_has_300_seconds_too()
    {
        using var attempt = New();
        attempt.BodySent();
        Pass(70);
        attempt.ResponseStarted();
        AssertEnds(attempt, 300, ErrorCodes.TimeoutRead);
    }

    [Fact]
    public void All_of_it_has_450_seconds_however_well_it_moves()
    {
        using var attempt = New();
        for (var i = 0; i < 449; i++)
        {
            Pass(1);
            attempt.Progress(65536);
            Assert.Null(attempt.ExpiredLimit);
        }

        AssertEnds(attempt, 1, ErrorCodes.TimeoutTotal);
        Assert.Equal(449 * 65536, attempt.Moved);
        Assert.Equal(449 * 65536, _observer.BytesSent);
    }

    [Fact]
    public void Progress_moves_the_read_limit()
    {
        using var attempt = New();
        Pass(299);
        attempt.Progress(0);
        Pass(100);
        Assert.Null(attempt.ExpiredLimit);
        attempt.BodySent();
        Pass(51);
        Assert.Equal(ErrorCodes.TimeoutTotal, attempt.ExpiredLimit);
    }

    [Fact]
    public void A_connection_that_stands_ends_the_connect_limit()
    {
        using var attempt = New();
        attempt.Connecting();
        Pass(29);
        attempt.Connected();
        AssertEnds(attempt, 300, ErrorCodes.TimeoutRead);
    }

    [Fact]
    public void Every_limit_is_cut_to_what_is_left_of_the_hour()
    {
        using var attempt = New(TimeSpan.FromSeconds(40));
        attempt.BodySent();
        AssertEnds(attempt, 40, ErrorCodes.TimeoutTotal);
        using var longer = New(TimeSpan.FromHours(1));
        longer.BodySent();
        AssertEnds(longer, 75, ErrorCodes.TimeoutResponse);
    }

    [Fact]
    public void The_first_limit_that_is_over_stays_the_reason()
    {
        using var attempt = New();
        attempt.BodySent();
        Pass(75);
        attempt.ResponseStarted();
        Pass(500);
        attempt.Progress(1);
        Assert.Equal(ErrorCodes.TimeoutResponse, attempt.ExpiredLimit);
    }

    [Fact]
    public void Who_cancels_from_outside_is_not_taken_for_a_limit()
    {
        using var stop = new CancellationTokenSource();
        using var attempt = Under(stop.Token);
        stop.Cancel();
        Assert.True(attempt.Token.IsCancellationRequested);
        Assert.Null(attempt.ExpiredLimit);
    }

    [Fact]
    public void Each_phase_is_a_reason_of_its_own()
    {
        using var attempt = New();
        attempt.Connecting();
        attempt.Connected();
        attempt.BodySent();
        attempt.ResponseStarted();
        Assert.Equal([WaitReason.Sending, WaitReason.Connect, WaitReason.Sending, WaitReason.Response], _observer.Story);
    }

    [Fact]
    public void Bytes_of_the_answer_are_not_counted_as_sent()
    {
        using var attempt = New();
        attempt.Progress(10);
        attempt.BodySent();
        attempt.ResponseStarted();
        attempt.Progress(1000);
        Assert.Equal(10, attempt.Moved);
    }

    [Fact]
    public void It_tells_when_it_moves_again_after_it_stood_still()
    {
        List<long> stillSince = [];
        var start = _time.GetTimestamp();
        using var attempt = new Attempt(new TimeoutOptions(), null, _observer, _time, CancellationToken.None, stillSince.Add);
        Pass(10);
        attempt.Progress(1);
        Assert.Empty(stillSince);
        Pass(11);
        attempt.Progress(1);
        Assert.Equal([start + (10 * _time.TimestampFrequency)], stillSince);
        Pass(60);
        attempt.BodySent();
        Assert.Equal(2, stillSince.Count);
    }

    [Fact]
    public void After_it_ended_nothing_happens_any_more()
    {
        var attempt = New();
        attempt.Dispose();
        Pass(1000);
        attempt.BodySent();
        attempt.Progress(1);
        Pass(1000);
        Assert.Null(attempt.ExpiredLimit);
    }

    private Attempt New(TimeSpan? left = null) => new(new TimeoutOptions(), left, _observer, _time, CancellationToken.None);

    private Attempt Under(CancellationToken stop) => new(new TimeoutOptions(), null, _observer, _time, stop);

    private void AssertEnds(Attempt attempt, double seconds, ErrorCode code)
    {
        Pass(seconds - 0.001);
        Assert.Null(attempt.ExpiredLimit);
        Assert.False(attempt.Token.IsCancellationRequested);
        Pass(0.001);
        Assert.Equal(code, attempt.ExpiredLimit);
        Assert.True(attempt.Token.IsCancellationRequested);
    }

    private void Pass(double seconds) => _time.Advance(TimeSpan.FromSeconds(seconds));
}

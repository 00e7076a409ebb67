using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Sluice.Checkpoints;
using Sluice.Checkpoints.InMemory;
using Sluice.Diagnostics;
using Sluice.Resilience;
using Sluice.Tests.Resilience;
using Xunit;

namespace Sluice.Tests.Diagnostics;

public sealed class AlertTests
{
    [Theory]
    [InlineData(400, 0, 0, "Closed", 0, null, "")]
    [InlineData(401, 0, 0, "Closed", 0, null, "memory")]
    [InlineData(30, 8, 2, "Closed", 0, null, "success_rate")]
    [InlineData(30, 9, 1, "Closed", 0, null, "")]
    [InlineData(30, 0, 9, "Closed", 0, null, "")]
    [InlineData(30, 89, 11, "Closed", 0, null, "success_rate")]
    [InlineData(30, 0, 0, "Open", 0, null, "breaker_open")]
    [InlineData(30, 0, 0, "Isolated", 0, null, "breaker_open")]
    [InlineData(30, 0, 0, "HalfOpen", 0, null, "")]
    [InlineData(30, 0, 0, "Closed", 15, 15, "queue_full")]
    [InlineData(30, 0, 0, "Closed", 14, 15, "")]
    [InlineData(500, 0, 10, "Open", 20, 15, "memory success_rate breaker_open queue_full")]
    public void Alerts_hold_by_their_thresholds(int rss, int done, int lost, string breaker, int queued, int? limit, string alerts)
    {
        var facts = new AlertFacts((long)rss << 20, new SuccessTally(done, lost), Enum.Parse<BreakerState>(breaker), queued, limit);
        Assert.Equal(alerts, string.Join(' ', AlertRules.Active(facts, new MonitoringOptions()).Select(a => a.Name)));
    }

    [Fact]
    public void Reasons_carry_the_numbers()
    {
        var facts = new AlertFacts(500L << 20, new SuccessTally(8, 2), BreakerState.Closed, 0, null);
        Assert.Equal(
            ["the process uses 500 MiB, more than Monitoring:MemoryAlertMb (400)", "8 of 10 uploads of the last 24 h ended done (80.0 %), less than Monitoring:SuccessRateAlertPercent (90)"],
            AlertRules.Active(facts, new MonitoringOptions()).Select(a => a.Reason));
    }

    [Fact]
    public void An_alert_is_told_once_when_it_begins_and_once_when_it_is_over()
    {
        var time = new FakeTimeProvider();
        var log = new Lines();
        var board = new AlertBoard(time, log);
        var memory = new Alert("memory", "much");
        for (var i = 0; i < 3; i++)
        {
            board.Update([memory]);
            time.Advance(TimeSpan.FromSeconds(10));
        }

        Assert.True(board.IsRaised("memory"));
        board.Update([]);
        board.Update([]);
        Assert.False(board.IsRaised("memory"));
        board.Update([memory]);
        Assert.Equal(["410 Alert memory: much", "411 Alert memory is over after 30 s", "410 Alert memory: much"], log.All);
    }

    [Fact]
    public async Task The_success_rate_is_of_the_records_of_one_day_and_a_restart_changes_nothing()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 24, 0, 0, 0, TimeSpan.Zero));
        await using var store = new InMemoryCheckpointStore(time);
        await AddAsync(store, time, 3, UploadState.Failed);
        time.Advance(TimeSpan.FromHours(20));
        await AddAsync(store, time, 130, UploadState.Done);
        await AddAsync(store, time, 2, UploadState.Failed);
        await AddAsync(store, time, 1, UploadState.Expired);
        await AddAsync(store, time, 5, UploadState.Transferring);
        await AddAsync(store, time, 5, UploadState.Interrupted);
        time.Advance(TimeSpan.FromHours(5));

        var counter = new SuccessCounter(store.Uploads, time);
        Assert.Null(counter.Last);
        Assert.Equal(new SuccessTally(130, 3), await counter.CountAsync(TestContext.Current.CancellationToken));

        // Counted anew only when an upload has ended since, or after ten minutes.
        await AddAsync(store, time, 1, UploadState.Failed);
        Assert.Equal(3, (await counter.CountAsync(TestContext.Current.CancellationToken)).Lost);
        counter.UploadEnded();
        Assert.Equal(4, (await counter.CountAsync(TestContext.Current.CancellationToken)).Lost);
        time.Advance(TimeSpan.FromHours(20));
        Assert.Equal(new SuccessTally(0, 1), await counter.CountAsync(TestContext.Current.CancellationToken));
        Assert.Equal(130.0 / 133, new SuccessTally(130, 3).Ratio);
        Assert.Null(new SuccessTally(0, 0).Ratio);
    }

    [Fact]
    public async Task The_monitor_looks_at_its_interval_and_stops_with_the_engine()
    {
        var time = new FakeTimeProvider();
        await using var store = new InMemoryCheckpointStore(time);
        var log = new Lines();
        var board = new AlertBoard(time, log);
        var breaker = BreakerState.Open;
        var alerting = true;
        var monitor = new EngineMonitor(
            new MonitoringOptions(), new SuccessCounter(store.Uploads, time), board, tally => new AlertFacts(0, tally, breaker, 0, null), () => alerting, time, log);
        time.Advance(TimeSpan.FromSeconds(29));
        Assert.Empty(log.All);
        time.Advance(TimeSpan.FromSeconds(1));
        await Virtual.Until(() => board.IsRaised("breaker_open"), "the alert is raised");

        // Features:Alerts off clears what was raised.
        alerting = false;
        await monitor.LookAsync(TestContext.Current.CancellationToken);
        Assert.False(board.IsRaised("breaker_open"));
        await monitor.DisposeAsync();
        alerting = true;
        time.Advance(TimeSpan.FromHours(1));
        Assert.False(board.IsRaised("breaker_open"));
    }

    private static async Task AddAsync(InMemoryCheckpointStore store, FakeTimeProvider time, int count, UploadState state)
    {
        for (var i = 0; i < count; i++)
        {
            await store.Uploads.CreateAsync(Sample(time, state), TestContext.Current.CancellationToken);
        }
    }

    private static UploadRecord Sample(FakeTimeProvider time, UploadState state) => new()
    {
        Id = Guid.NewGuid().ToString("N"),
        Owner = "local",
        Name = "a.bin",
        ContentType = "text/plain",
        Length = 1,
        State = state,
        Target = UploadTarget.None,
        Source = new SourceIdentity("stream", null, 1, null, null),
        SourceKey = null,
        ConnectionId = "c",
        Created = time.GetUtcNow(),
        Updated = time.GetUtcNow(),
    };

    private sealed class Lines : ILogger
    {
        public List<string> All { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            All.Add($"{eventId.Id} {formatter(state, exception)}");
    }
}

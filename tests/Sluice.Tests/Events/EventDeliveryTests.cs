using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Sluice.Checkpoints;
using Sluice.Checkpoints.InMemory;
using Sluice.Events;
using Sluice.Tests.Resilience;
using Xunit;

namespace Sluice.Tests.Events;

/// <summary>Delivery on virtual time, over the reference store.</summary>
[Collection(AloneOnVirtualTime.Name)]
public sealed class EventDeliveryTests : IAsyncDisposable
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(500);

    /// <summary>While the thread that delivers was put aside by a busy machine, virtual time goes on: what is waited for is that it comes, not how soon (EventRetryRuleTests has the delays).</summary>
    private static readonly TimeSpan Long = TimeSpan.FromHours(12);

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 24, 12, 0, 0, TimeSpan.Zero));
    private readonly StoreFaults _faults = new();
    private readonly InMemoryCheckpointStore _shared;
    private readonly InMemoryCheckpointStore _store;

    public EventDeliveryTests()
    {
        _shared = new InMemoryCheckpointStore(_time);
        _store = _shared.Connect(_faults);
    }

    private static CancellationToken Test => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        await _shared.DisposeAsync();
    }

    [Fact]
    public async Task An_event_is_told_to_all_and_then_no_more()
    {
        var (a, b) = (TestSink.Taking("a"), TestSink.Taking("b"));
        await using var delivery = Start(a, b);
        await PutAsync("1");
        await _time.PassUntil(() => a.Told.Count == 1 && b.Told.Count == 1, Long, Step);
        await _time.Pass(TimeSpan.FromMinutes(10), TimeSpan.FromSeconds(10));
        Assert.Single(a.Told);
        Assert.Single(b.Told);
        Assert.Equal("1", b.Told[0].Id);
    }

    [Fact]
    public async Task Who_took_it_is_not_told_again_while_another_refuses()
    {
        var good = TestSink.Taking("good");
        var refusals = 3;
        var bad = new TestSink("bad", (_, _) => Task.FromResult(refusals-- > 0 ? new SinkAnswer("it is down") : SinkAnswer.Taken));
        await using var delivery = Start(good, bad);
        await PutAsync("1");
        var passed = await _time.PassUntil(() => bad.Told.Count == 4, Long, Step);
        Assert.InRange(passed, TimeSpan.FromSeconds(5 + 15 + 45), Long);
        await _time.Pass(TimeSpan.FromHours(2), TimeSpan.FromSeconds(60));
        Assert.Equal(4, bad.Told.Count);
        Assert.All(bad.Told, e => Assert.Equal("1", e.Id));
        Assert.Single(good.Told);
    }

    [Fact]
    public async Task A_sink_that_hangs_or_throws_is_bounded_and_does_not_hold_up_other_events()
    {
        var sink = new TestSink("sink", (item, _) => item.Id switch
        {
            "hangs" => new TaskCompletionSource<SinkAnswer>().Task, // and never looks at the token
            "throws" => throw new InvalidOperationException("broken"),
            _ => Task.FromResult(SinkAnswer.Taken),
        });
        await using var delivery = Start(sink);
        await PutAsync("hangs");
        await PutAsync("throws");
        await PutAsync("good");
        await _time.PassUntil(() => Times("good") == 1, Long, Step);
        await _time.PassUntil(() => Times("hangs") == 3 && Times("throws") == 3, Long, Step);
        Assert.Equal(1, Times("good"));

        int Times(string id) => sink.Told.Count(e => e.Id == id);
    }

    [Fact]
    public async Task What_nobody_takes_is_given_up_when_it_is_too_old()
    {
        var sink = new TestSink("sink", static (_, _) => Task.FromResult(new SinkAnswer("it is down")));
        var ended = false;
        _faults.Failure = operation =>
        {
            ended |= operation == "outbox.done";
            return null;
        };
        await using (Start(sink))
        {
            await PutAsync("1");
            var passed = await _time.PassUntil(() => ended, TimeSpan.FromDays(30), TimeSpan.FromMinutes(5));
            Assert.InRange(passed, EventOptions.Default.GiveUpAfter, TimeSpan.FromDays(30));
        }

        Assert.InRange(sink.Told.Count, 3, 90);
        _time.Advance(TimeSpan.FromDays(1));
        Assert.Empty(await _store.Outbox.TakeAsync(9, TimeSpan.Zero, Test));
    }

    [Fact]
    public async Task A_process_that_dies_between_telling_and_writing_so_leaves_the_event_to_the_next_which_tells_the_same_id()
    {
        var first = TestSink.Taking();
        _faults.Failure = static operation => operation == "outbox.done" ? new StoreUnavailableException("killed") : null;
        await PutAsync("1");
        await using (var dying = new EventDelivery(_store.Outbox, [first], EventOptions.Default, _time, NullLogger.Instance))
        {
            await Assert.ThrowsAsync<StoreUnavailableException>(() => dying.RoundAsync(Test));
        }

        _faults.Failure = null;
        var next = TestSink.Taking();
        await using var delivery = Start(next);
        await _time.PassUntil(() => next.Told.Count == 1, Long, Step);
        Assert.Equal(first.Told.Single().Id, next.Told.Single().Id);
        Assert.Equal(2, next.Told.Single().Tries);
    }

    [Fact]
    public async Task A_store_that_is_away_is_asked_again()
    {
        var sink = TestSink.Taking();
        await PutAsync("1");
        _faults.Failure = static _ => new StoreUnavailableException("away");
        await using var delivery = Start(sink);
        await _time.Pass(TimeSpan.FromSeconds(20), Step);
        Assert.Empty(sink.Told);
        _faults.Failure = null;
        await _time.PassUntil(() => sink.Told.Count == 1, Long, Step);
    }

    [Fact]
    public async Task Never_more_at_once_than_allowed_and_stopping_does_not_wait_for_a_sink()
    {
        var (now, most) = (0, 0);
        var sink = new TestSink("sink", async (_, token) =>
        {
            most = Math.Max(most, Interlocked.Increment(ref now));
            await Task.Delay(Timeout.InfiniteTimeSpan, _time, token);
            return SinkAnswer.Taken;
        });
        for (var i = 0; i < 20; i++)
        {
            await PutAsync($"{i}");
        }

        var delivery = Start(sink);
        await Virtual.Until(() => sink.Told.Count >= EventOptions.Default.Concurrency, "as many are told at once as may be"); // nor here
        await delivery.DisposeAsync(); // no virtual time passes
        Assert.Equal(EventOptions.Default.Concurrency, most);
    }

    [Fact]
    public async Task With_nobody_to_tell_the_outbox_is_emptied()
    {
        await PutAsync("1");
        await using (var delivery = new EventDelivery(_store.Outbox, [], EventOptions.Default, _time, NullLogger.Instance))
        {
            Assert.Equal(1, await delivery.RoundAsync(Test));
        }

        _time.Advance(TimeSpan.FromDays(1));
        Assert.Empty(await _store.Outbox.TakeAsync(9, TimeSpan.Zero, Test));
    }

    [Fact]
    public async Task Alerts_are_told_in_their_order_until_they_are_old_news()
    {
        var down = true;
        var sink = new TestSink("sink", (_, _) => Task.FromResult(down ? new SinkAnswer("it is down") : SinkAnswer.Taken));
        await using var news = new AlertNews(sink, EventOptions.Default, _time, NullLogger.Instance);
        news.Raised("memory_high", "too much");
        news.Cleared("memory_high", TimeSpan.FromSeconds(30));
        await _time.PassUntil(() => sink.Told.Count == 3, Long, Step);
        Assert.Single(sink.Told.Select(e => e.Id).Distinct());
        down = false;
        await _time.PassUntil(() => sink.Told.Count == 5, Long, Step);
        Assert.Equal(["alert.raised", "alert.cleared"], sink.Told.Skip(3).Select(e => e.Type));

        down = true;
        news.Raised("queue_full", "full");
        await _time.Pass(TimeSpan.FromMinutes(40), TimeSpan.FromSeconds(10));
        var tries = sink.Told.Count;
        await _time.Pass(TimeSpan.FromHours(2), TimeSpan.FromMinutes(1));
        Assert.Equal(tries, sink.Told.Count);
    }

    private EventDelivery Start(params IEventSink[] sinks)
    {
        var delivery = new EventDelivery(_store.Outbox, sinks, EventOptions.Default, _time, NullLogger.Instance);
        delivery.Start();
        return delivery;
    }

    /// <summary>An event as the store gets them: with a write to a record.</summary>
    private async Task PutAsync(string id)
    {
        var record = new UploadRecord
        {
            Id = $"upload-{id}",
            Owner = "o",
            Name = "a.txt",
            Length = 1,
            State = UploadState.Waiting,
            ConnectionId = "c",
            Target = UploadTarget.None,
            Created = _time.GetUtcNow(),
            Updated = _time.GetUtcNow(),
        };
        await _shared.Uploads.CreateAsync(record, Test);
        var lease = (await _shared.Leases.AcquireAsync(LeaseKeys.Upload(record.Id), "h", TimeSpan.FromSeconds(30), null, Test)).Lease!;
        Assert.Equal(StoreOutcome.Written, await _shared.Uploads.UpdateAsync(record with { State = UploadState.Done }, lease, Durability.Power, new OutboxEvent(id, EventTypes.Done, record.Id, "{}", _time.GetUtcNow()), Test));
    }
}

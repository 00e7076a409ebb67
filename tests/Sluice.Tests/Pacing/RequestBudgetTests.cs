using Microsoft.Extensions.Time.Testing;
using Sluice.Checkpoints;
using Sluice.Checkpoints.InMemory;
using Sluice.Pacing;
using Sluice.Tests.Resilience;
using Xunit;

namespace Sluice.Tests.Pacing;

[Collection(AloneOnVirtualTime.Name)]
public sealed class RequestBudgetTests
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(60.5);
    private readonly FakeTimeProvider _time = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Without_a_limit_nobody_waits_and_nothing_is_counted()
    {
        var budget = Budget(new() { RequestsPerMinute = -1 }, Store());
        for (var i = 0; i < 1000; i++)
        {
            Assert.True(budget.TakeAsync(RequestLine.Part, Ct).AsTask().IsCompletedSuccessfully);
        }

        Assert.Null(budget.PerWindow);
        Assert.Equal(double.PositiveInfinity, budget.PerSecond);
        await budget.RefusedAsync(Ct);
        Assert.Null(budget.PerWindow);
    }

    [Fact]
    public async Task A_burst_goes_out_at_once_and_the_rest_is_smoothed()
    {
        var budget = Budget(new() { RequestsPerMinute = 180, Burst = 10 }, Store());
        var turns = Ask(budget, 30);
        await Virtual.Until(() => budget.Waiting == 20, "ten are served");
        await _time.Pass(TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(100));
        Assert.Equal(17, budget.Waiting);
        await Virtual.Until(() => turns.Count(t => t.IsCompleted) == 13, "thirteen hear of it");
    }

    [Fact]
    public async Task A_cancelled_wait_spends_nothing()
    {
        var budget = Budget(new() { RequestsPerMinute = 3, Burst = 3, Reserve = 0 }, Store());
        await Task.WhenAll(Ask(budget, 3));
        using var stop = new CancellationTokenSource();
        var givesUp = budget.TakeAsync(RequestLine.Part, stop.Token).AsTask();
        var stays = budget.TakeAsync(RequestLine.Part, Ct).AsTask();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => givesUp);

        // The window frees three at once: all three are there for those who stayed.
        await _time.PassUntil(() => budget.Waiting == 0, Window + TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(500));
        await stays;
        var others = Ask(budget, 2);
        await _time.PassUntil(() => budget.Waiting == 0, TimeSpan.FromSeconds(45), TimeSpan.FromMilliseconds(500));
        await Task.WhenAll(others);
    }

    [Fact]
    public async Task Who_is_cancelled_before_asking_spends_nothing()
    {
        var budget = Budget(new() { RequestsPerMinute = 3, Burst = 3, Reserve = 0 }, Store());
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();
        for (var i = 0; i < 10; i++)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => budget.TakeAsync(RequestLine.Part, stop.Token).AsTask());
        }

        await Task.WhenAll(Ask(budget, 3));
    }

    [Fact]
    public async Task A_request_given_back_serves_the_next()
    {
        var budget = Budget(new() { RequestsPerMinute = 1, Burst = 1, Reserve = 0 }, Store());
        var taken = await budget.TakeAsync(RequestLine.Part, Ct);
        var next = budget.TakeAsync(RequestLine.Part, Ct).AsTask();
        await Virtual.Settle();
        Assert.False(next.IsCompleted);

        // The pump has told the store of the first one meanwhile: it counts, and giving it back changes nothing.
        budget.GiveBack(taken);
        await Virtual.Settle();
        Assert.False(next.IsCompleted);

        await _time.PassUntil(() => budget.Waiting == 0, Window, TimeSpan.FromMilliseconds(500));
        budget.GiveBack(await next);
        Assert.True(budget.TakeAsync(RequestLine.Part, Ct).AsTask().IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Control_calls_go_before_parts()
    {
        var budget = Budget(new() { RequestsPerMinute = 60, Burst = 1, Reserve = 0 }, Store());
        await budget.TakeAsync(RequestLine.Part, Ct);
        var part = budget.TakeAsync(RequestLine.Part, Ct).AsTask();
        var control = budget.TakeAsync(RequestLine.Control, Ct).AsTask();
        await _time.PassUntil(() => control.IsCompleted, TimeSpan.FromSeconds(5), TimeSpan.FromMilliseconds(100));
        Assert.False(part.IsCompleted);
        await _time.PassUntil(() => part.IsCompleted, TimeSpan.FromSeconds(5), TimeSpan.FromMilliseconds(100));
    }

    [Fact]
    public async Task The_reserve_is_kept_while_a_control_call_is_due()
    {
        var budget = Budget(new() { RequestsPerMinute = 10, Burst = 10, Reserve = 3 }, Store());
        budget.AnnounceControl();
        var parts = Ask(budget, 10);
        await Virtual.Until(() => budget.Waiting == 3, "seven parts are served");
        await _time.Pass(TimeSpan.FromSeconds(9));
        Assert.Equal(3, budget.Waiting);

        // The calls it is kept for get it at once.
        var control = Enumerable.Range(0, 3).Select(_ => budget.TakeAsync(RequestLine.Control, Ct).AsTask()).ToArray();
        await Task.WhenAll(control);
        Assert.Equal(3, budget.Waiting);
        await Virtual.Until(() => parts.Count(t => t.IsCompleted) == 7, "seven hear of it");
    }

    [Fact]
    public async Task The_reserve_is_given_to_parts_when_no_control_call_came_within_ten_seconds()
    {
        var budget = Budget(new() { RequestsPerMinute = 10, Burst = 10, Reserve = 3 }, Store());
        budget.AnnounceControl();
        var parts = Ask(budget, 10);
        var passed = await _time.PassUntil(() => budget.Waiting == 0, TimeSpan.FromSeconds(20), TimeSpan.FromMilliseconds(500));
        await Task.WhenAll(parts);
        Assert.InRange(passed, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(12));
    }

    [Fact]
    public async Task Without_a_control_call_in_sight_parts_get_everything_at_once()
    {
        var budget = Budget(new() { RequestsPerMinute = 10, Burst = 10, Reserve = 3 }, Store());
        await Task.WhenAll(Ask(budget, 10));
    }

    [Fact]
    public async Task The_reserve_is_that_of_all_processes()
    {
        var store = Store();
        var options = new PacingOptions { RequestsPerMinute = 10, Burst = 10, Reserve = 3 };
        var other = Budget(options, store, "other");
        await Task.WhenAll(Ask(other, 5));
        var budget = Budget(options, store);
        budget.AnnounceControl();
        var parts = Ask(budget, 5);
        await _time.Pass(TimeSpan.FromSeconds(5));
        Assert.InRange(parts.Count(t => t.IsCompleted), 0, 2);
    }

    [Fact]
    public async Task While_the_store_cannot_be_asked_nothing_is_granted_and_then_all_goes_on()
    {
        var down = true;
        var store = new InMemoryCheckpointStore(_time, faults: new StoreFaults { Failure = _ => down ? new StoreUnavailableException("down") : null });
        var budget = Budget(new() { RequestsPerMinute = 180 }, store.Connections);
        var turns = Ask(budget, 5);
        await _time.Pass(TimeSpan.FromMinutes(5), TimeSpan.FromSeconds(5));
        Assert.DoesNotContain(turns, t => t.IsCompleted);

        down = false;
        await _time.PassUntil(() => budget.Waiting == 0, TimeSpan.FromSeconds(3), TimeSpan.FromMilliseconds(500));
        await Task.WhenAll(turns);
    }

    [Fact]
    public async Task What_was_used_before_the_store_was_lost_is_still_counted_afterwards()
    {
        var down = false;
        var store = new InMemoryCheckpointStore(_time, faults: new StoreFaults { Failure = _ => down ? new StoreUnavailableException("down") : null });
        var budget = Budget(new() { RequestsPerMinute = 3, Burst = 3, Reserve = 0 }, store.Connections);
        await Task.WhenAll(Ask(budget, 3));
        down = true;
        var next = budget.TakeAsync(RequestLine.Part, Ct).AsTask();
        await _time.Pass(TimeSpan.FromSeconds(30));
        down = false;
        var passed = await _time.PassUntil(() => budget.Waiting == 0, Window, TimeSpan.FromMilliseconds(500));
        await next;
        Assert.InRange(passed, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(32));
    }

    [Fact]
    public async Task A_bug_of_the_store_reaches_those_who_wait_and_does_not_hang_the_next()
    {
        var broken = true;
        var store = new InMemoryCheckpointStore(_time, faults: new StoreFaults { Failure = _ => broken ? new InvalidOperationException("a bug") : null });
        var budget = Budget(new() { RequestsPerMinute = 180 }, store.Connections);
        await Assert.ThrowsAsync<InvalidOperationException>(() => budget.TakeAsync(RequestLine.Part, Ct).AsTask());
        broken = false;
        await budget.TakeAsync(RequestLine.Part, Ct);
    }

    [Fact]
    public async Task A_not_before_of_another_process_is_heard_with_the_next_grant()
    {
        var store = Store();
        await store.RaiseNotBeforeAsync("c", TimeSpan.FromSeconds(40), Ct);
        var notBefore = new NotBefore(_time);
        await Budget(new() { RequestsPerMinute = 180 }, store, notBefore: notBefore).TakeAsync(RequestLine.Part, Ct);
        Assert.Equal(TimeSpan.FromSeconds(40), notBefore.Remaining);
    }

    [Fact]
    public async Task A_window_spent_fully_with_work_waiting_raises_the_budget_by_a_tenth()
    {
        var budget = Budget(new(), Store());
        Assert.Equal(180, budget.PerWindow);
        var backlog = Ask(budget, 1000);
        await _time.PassUntil(() => budget.PerWindow == 198, TimeSpan.FromSeconds(75), TimeSpan.FromMilliseconds(200));
        await _time.PassUntil(() => budget.PerWindow == 217, TimeSpan.FromSeconds(75), TimeSpan.FromMilliseconds(200));
        Assert.InRange(budget.Waiting, 1, backlog.Length - 360);
    }

    [Fact]
    public async Task A_window_that_was_not_spent_raises_nothing()
    {
        var budget = Budget(new(), Store());
        for (var i = 0; i < 200; i++)
        {
            await budget.TakeAsync(RequestLine.Part, Ct);
            await _time.Pass(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(180, budget.PerWindow);
    }

    [Fact]
    public async Task A_wait_asked_for_another_reason_changes_nothing_and_puts_off_learning()
    {
        var budget = Budget(new(), Store());
        var backlog = Ask(budget, 1000);
        for (var i = 0; i < 6; i++)
        {
            await _time.Pass(TimeSpan.FromSeconds(30), TimeSpan.FromMilliseconds(500));
            budget.Disturbed();
        }

        Assert.Equal(180, budget.PerWindow);
        Assert.InRange(budget.Waiting, 1, backlog.Length - 180);
    }

    [Fact]
    public async Task A_refusal_sets_the_budget_to_what_all_processes_took_and_every_process_hears_of_it()
    {
        var store = Store();
        var mine = Budget(new() { Burst = 100 }, store, "mine");
        var other = Budget(new() { Burst = 100 }, store, "other");
        await Task.WhenAll(Ask(mine, 60));
        await Task.WhenAll(Ask(other, 61));
        await _time.Pass(TimeSpan.FromSeconds(11));

        // The last of the 121 was refused. Grants nobody used have run out, and count from their end.
        await other.RefusedAsync(Ct);
        Assert.InRange(other.PerWindow!.Value, 120, 124);
        Assert.Equal(180, mine.PerWindow);
        await mine.TakeAsync(RequestLine.Control, Ct);
        Assert.Equal(other.PerWindow, mine.PerWindow);

        // A process that starts within the day begins there.
        await _time.Pass(TimeSpan.FromHours(23), TimeSpan.FromHours(1));
        var late = Budget(new(), store, "late");
        await late.TakeAsync(RequestLine.Part, Ct);
        Assert.Equal(other.PerWindow, late.PerWindow);

        await _time.Pass(TimeSpan.FromHours(2), TimeSpan.FromHours(1));
        var nextDay = Budget(new(), store, "next day");
        await nextDay.TakeAsync(RequestLine.Part, Ct);
        Assert.Equal(180, nextDay.PerWindow);
    }

    [Fact]
    public async Task Several_refusals_at_once_are_not_what_the_window_took()
    {
        var budget = Budget(new() { Burst = 200 }, Store());
        await Task.WhenAll(Ask(budget, 150));
        await _time.Pass(TimeSpan.FromSeconds(11));
        for (var i = 0; i < 5; i++)
        {
            await budget.RefusedAsync(Ct);
        }

        Assert.InRange(budget.PerWindow!.Value, 145, 147);
    }

    [Fact]
    public async Task A_number_set_by_hand_is_not_changed_by_a_refusal()
    {
        var store = Store();
        var budget = Budget(new() { RequestsPerMinute = 300 }, store);
        await Task.WhenAll(Ask(budget, 5));
        await budget.RefusedAsync(Ct);
        Assert.Equal(300, budget.PerWindow);

        // Nor is it learned for one that learns.
        var learning = Budget(new(), store, "learning");
        await learning.TakeAsync(RequestLine.Part, Ct);
        Assert.Equal(180, learning.PerWindow);
    }

    private IConnectionStore Store() => new InMemoryCheckpointStore(_time).Connections;

    private RequestBudget Budget(PacingOptions options, IConnectionStore store, string holder = "p", NotBefore? notBefore = null) =>
        new(options, store, "c", holder, Window, notBefore ?? new NotBefore(_time), _time);

    private static Task<long>[] Ask(RequestBudget budget, int count) => [.. Enumerable.Range(0, count).Select(_ => budget.TakeAsync(RequestLine.Part, Ct).AsTask())];
}

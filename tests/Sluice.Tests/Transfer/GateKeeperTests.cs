using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;
using Sluice.Checkpoints.InMemory;
using Sluice.Notion;
using Sluice.Pacing;
using Sluice.Resilience;
using Sluice.Tests.Resilience;
using Sluice.Transfer;
using Xunit;

namespace Sluice.Tests.Transfer;

[Collection(AloneOnVirtualTime.Name)]
public sealed class GateKeeperTests
{
    private const long GiB = 1L << 30;
    private readonly FakeTimeProvider _time = new();
    private double _perSecond = 180 / 60.5;
    private double? _bytesPerSecond;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Eight_of_5_GiB_are_made_and_the_ninth_waits_until_one_is_done()
    {
        var gate = Gate();
        List<GateKeeper.Pass> passes = [];
        for (var i = 0; i < 8; i++)
        {
            passes.Add(await gate.EnterAsync(1004, 5 * GiB, () => Assert.Fail("There was room."), Ct));
        }

        var waits = 0;
        var ninth = gate.EnterAsync(1004, 5 * GiB, () => waits++, Ct);
        await _time.Pass(TimeSpan.FromSeconds(20));
        Assert.Equal((false, 1), (ninth.IsCompleted, waits));
        passes[0].Dispose();
        await ninth;
    }

    [Fact]
    public async Task Progress_of_those_made_lets_the_next_one_in()
    {
        var gate = Gate();
        var first = await gate.EnterAsync(8000, GiB, static () => { }, Ct);
        var next = gate.EnterAsync(1500, GiB, static () => { }, Ct);
        await Virtual.Settle();
        Assert.False(next.IsCompleted);
        for (var i = 0; i < 800; i++)
        {
            first.Progress(1000);
        }

        await _time.PassUntil(() => next.IsCompleted, TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task Who_waits_for_its_own_client_holds_nobody_up_and_passes_when_enough_is_here()
    {
        var gate = Gate();
        var notHere = 2 * GiB;
        var slow = gate.EnterAsync(() => new(1004, 2 * GiB, TimeSpan.FromMinutes(50), 400_000, notHere), static () => { }, Ct);
        await gate.EnterAsync(10, 1000, () => Assert.Fail("Nobody is before it."), Ct);
        await _time.Pass(TimeSpan.FromSeconds(11));
        Assert.False(slow.IsCompleted);
        notHere = GiB;
        gate.Look();
        await slow;
    }

    [Fact]
    public async Task What_the_work_throws_ends_the_wait_and_frees_the_place()
    {
        var gate = Gate();
        var away = false;
        var waits = gate.EnterAsync(() => away ? throw new InvalidOperationException("away") : new(1, 1, TimeSpan.FromMinutes(50), 0), static () => { }, Ct);
        away = true;
        gate.Look();
        await Assert.ThrowsAsync<InvalidOperationException>(() => waits);
        await gate.EnterAsync(10, 1000, () => Assert.Fail("Nobody is before it."), Ct);
    }

    [Fact]
    public async Task They_go_in_the_order_they_came_and_small_ones_do_not_slip_past()
    {
        var gate = Gate();
        var first = await gate.EnterAsync(8000, GiB, static () => { }, Ct);
        using var stop = new CancellationTokenSource();
        var large = gate.EnterAsync(8000, GiB, static () => { }, stop.Token);
        using var stopMiddle = new CancellationTokenSource();
        var middle = gate.EnterAsync(10, 1000, static () => { }, stopMiddle.Token);
        var small = gate.EnterAsync(10, 1000, static () => { }, Ct);
        await _time.Pass(TimeSpan.FromSeconds(11));
        Assert.False(large.IsCompleted || middle.IsCompleted || small.IsCompleted);

        // The two before it give up, one of them from the middle of the line.
        await stopMiddle.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => middle);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => large);
        await small;
        first.Dispose();
        await gate.EnterAsync(8000, GiB, static () => { }, Ct);
    }

    [Fact]
    public async Task Only_whose_turn_it_is_looks_again_when_something_changed()
    {
        var gate = Gate();
        var first = await gate.EnterAsync(8000, GiB, static () => { }, Ct);
        var looks = new int[100];
        var waiting = Enumerable.Range(0, looks.Length).Select(i => gate.EnterAsync(() => Look(i), static () => { }, Ct)).ToArray();
        await Virtual.Settle();
        Array.Clear(looks);
        for (var i = 0; i < 10; i++)
        {
            gate.Look();
            await Virtual.Settle();
        }

        Assert.Equal(0, looks[1..].Sum());
        Assert.True(looks[0] > 0);
        first.Dispose();
        await waiting[0];

        CreationGate.Work Look(int at)
        {
            Interlocked.Increment(ref looks[at]);
            return new(8000, GiB, TimeSpan.FromMinutes(50));
        }
    }

    [Fact]
    public async Task Who_turns_out_to_wait_for_its_own_client_lets_the_next_one_look()
    {
        var gate = Gate();
        var first = await gate.EnterAsync(8000, GiB, static () => { }, Ct);
        double? rate = null;
        var slow = gate.EnterAsync(() => new(1000, GiB, TimeSpan.FromMinutes(50), rate, GiB), static () => { }, Ct);
        var next = gate.EnterAsync(1000, 1000, static () => { }, Ct);
        await Virtual.Settle();
        rate = 1;
        first.Dispose();
        await next;
        Assert.False(slow.IsCompleted);
    }

    [Fact]
    public async Task With_nothing_else_made_it_is_let_in_whatever_the_rates_say()
    {
        (_perSecond, _bytesPerSecond) = (0.001, 1);
        var gate = Gate();
        Assert.False(gate.CanEverPass(1004, 5 * GiB));
        await gate.EnterAsync(1004, 5 * GiB, static () => { }, Ct);
    }

    [Fact]
    public async Task A_rate_that_grew_is_noticed_although_nobody_tells()
    {
        _perSecond = 1;
        var gate = Gate();
        await gate.EnterAsync(2000, GiB, static () => { }, Ct);
        var next = gate.EnterAsync(2000, GiB, static () => { }, Ct);
        await _time.Pass(TimeSpan.FromSeconds(12));
        Assert.False(next.IsCompleted);
        _perSecond = 10;
        await _time.PassUntil(() => next.IsCompleted, TimeSpan.FromSeconds(15), TimeSpan.FromMilliseconds(500));
    }

    [Fact]
    public async Task One_made_by_an_earlier_process_takes_its_place_without_asking_and_holds_others_back()
    {
        var gate = Gate();
        using var old = gate.Admit(2900, GiB, TimeSpan.FromMinutes(20));
        var next = gate.EnterAsync(1004, GiB, static () => { }, Ct);
        await _time.Pass(TimeSpan.FromSeconds(6));
        Assert.True(next.IsCompleted);
        var one = gate.EnterAsync(8000, GiB, static () => { }, Ct);
        await _time.Pass(TimeSpan.FromSeconds(6));
        Assert.False(one.IsCompleted);
    }

    [Fact]
    public Task Twenty_five_of_5_GiB_at_180_a_minute_are_all_done_and_none_expired() => Task.Run(TwentyFiveAsync, Ct);

    private async Task TwentyFiveAsync()
    {
        const int Uploads = 25;
        const int Parts = 1000;
        const int Lanes = 6;
        var budget = new RequestBudget(new PacingOptions { RequestsPerMinute = 180 }, new InMemoryCheckpointStore(_time).Connections, "c", "p", NotionLimits.Default.BudgetWindow, new NotBefore(_time), _time);
        var permits = new PermitPool(Lanes);
        var gate = new GateKeeper(NotionLimits.Default, _time, () => budget.PerSecond, () => null, () => null);
        var (running, atGate, asking) = (0, 0, 0);
        ConcurrentDictionary<Task, bool> answers = [];
        List<TimeSpan> ages = [];
        var uploads = Enumerable.Range(0, Uploads).Select(_ => Task.Run(UploadAsync, Ct)).ToArray();
        await Virtual.Until(() => Volatile.Read(ref atGate) + Volatile.Read(ref running) >= Uploads, "all have come");

        // Time moves on when everybody who is under way waits for a permit, for the budget or for Notion.
        var start = _time.GetTimestamp();
        while (!uploads.All(u => u.IsCompleted))
        {
            Assert.True(_time.GetElapsedTime(start) < TimeSpan.FromHours(4), $"{ages.Count} are done, {atGate} at the gate, {running} run: {permits.Waiting} {budget.Waiting} {answers.Count}");
            _time.Advance(TimeSpan.FromMilliseconds(500));
            await Task.Yield();
            await Virtual.Until(() => Volatile.Read(ref asking) == 0 && permits.Waiting + budget.Waiting + answers.Keys.Count(static a => !a.IsCompleted) == Volatile.Read(ref running), "all wait");
        }

        await Task.WhenAll(uploads);
        Assert.Equal(Uploads, ages.Count);
        Assert.All(ages, age => Assert.True(age < NotionLimits.Default.Deadline, $"one took {age}"));

        // 25,100 requests at 180 in 60.5 s, and little more.
        var bound = Uploads * (Parts + CreationGate.RequestsBesideParts) / budget.PerSecond;
        Assert.InRange(_time.GetElapsedTime(start).TotalSeconds, bound * 0.99, bound * 1.05);

        // While somebody asks, the budget may be about to set a timer.
        async Task TakeAsync(RequestLine line)
        {
            Interlocked.Increment(ref asking);
            var turn = budget.TakeAsync(line, Ct).AsTask();
            Interlocked.Decrement(ref asking);
            await turn;
        }

        async Task UploadAsync()
        {
            Interlocked.Increment(ref atGate);
            using var pass = await gate.EnterAsync(Parts + CreationGate.RequestsBesideParts, 5 * GiB, static () => { }, Ct);
            Interlocked.Increment(ref running);
            Interlocked.Decrement(ref atGate);
            var created = _time.GetTimestamp();
            var order = new PermitOrder(false, created + (long)(NotionLimits.Default.Deadline.TotalSeconds * _time.TimestampFrequency));
            await TakeAsync(RequestLine.Control);
            var (next, lanesLeft) = (0, Lanes);
            Interlocked.Add(ref running, Lanes - 1);
            await Task.WhenAll(Enumerable.Range(0, Lanes).Select(_ => LaneAsync()));
            for (var call = 1; call < CreationGate.RequestsBesideParts; call++)
            {
                await TakeAsync(RequestLine.Control);
            }

            lock (ages)
            {
                ages.Add(_time.GetElapsedTime(created));
            }

            Interlocked.Decrement(ref running);

            async Task LaneAsync()
            {
                while (Interlocked.Increment(ref next) <= Parts)
                {
                    await permits.TakeAsync(order, static () => { }, Ct);
                    await TakeAsync(RequestLine.Part);
                    var answer = Task.Delay(TimeSpan.FromMilliseconds(500), _time, Ct);
                    answers[answer] = true;
                    await answer;
                    answers.TryRemove(answer, out _);
                    permits.Release();
                    pass.Progress(5 * GiB / Parts);
                }

                // The last lane goes on as the upload itself.
                if (Interlocked.Decrement(ref lanesLeft) > 0)
                {
                    Interlocked.Decrement(ref running);
                }
            }
        }
    }

    private GateKeeper Gate() => new(NotionLimits.Default, _time, () => _perSecond, () => _bytesPerSecond, () => _bytesPerSecond);
}

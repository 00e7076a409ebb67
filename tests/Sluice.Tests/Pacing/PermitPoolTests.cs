using CsCheck;
using Sluice.Pacing;
using Sluice.Resilience;
using Sluice.Tests.Resilience;
using Xunit;

namespace Sluice.Tests.Pacing;

public sealed class PermitPoolTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Finishing_goes_first_then_the_earlier_deadline_then_who_came_first()
    {
        var pool = new PermitPool(1);
        await pool.TakeAsync(new(false, 0), () => Assert.Fail("There was room."), Ct);
        List<string> served = [];
        var waiting = 0;
        (string Name, PermitOrder Order)[] line =
        [
            ("late", new(false, 900)), ("early", new(false, 100)), ("early too", new(false, 100)),
            ("finishing late", new(true, 900)), ("finishing early", new(true, 100)), ("none", new(false, long.MaxValue)),
        ];
        foreach (var (name, order) in line)
        {
            _ = TakeAsync(name, order);
        }

        Assert.Equal((6, 6), (waiting, pool.Waiting));
        for (var i = 1; i <= line.Length; i++)
        {
            pool.Release();
            await Virtual.Until(() => served.Count == i, $"{i} are served");
        }

        Assert.Equal(["finishing early", "finishing late", "early", "early too", "late", "none"], served);

        async Task TakeAsync(string name, PermitOrder order)
        {
            await pool.TakeAsync(order, () => waiting++, Ct);
            served.Add(name);
        }
    }

    [Fact]
    public async Task Nobody_overtakes_who_waits()
    {
        var pool = new PermitPool(1);
        await pool.TakeAsync(default, static () => { }, Ct);
        var first = pool.TakeAsync(new(false, 5), static () => { }, Ct).AsTask();
        pool.Release();

        // The permit belongs to the first in line from that moment on, whoever comes before it has noticed.
        var second = pool.TakeAsync(new(true, 0), static () => { }, Ct).AsTask();
        await first;
        await Virtual.Settle();
        Assert.False(second.IsCompleted);
        pool.Release();
        await second;
    }

    [Fact]
    public async Task The_limit_changes_while_permits_are_out()
    {
        var pool = new PermitPool(3);
        var turns = Enumerable.Range(0, 6).Select(i => pool.TakeAsync(new(false, i), static () => { }, Ct).AsTask()).ToArray();
        Assert.Equal((3, 3), (pool.InFlight, pool.Waiting));

        pool.SetLimit(1);
        pool.Release();
        pool.Release();
        Assert.Equal((1, 3), (pool.InFlight, pool.Waiting));
        pool.Release();
        await turns[3];
        Assert.Equal((1, 2), (pool.InFlight, pool.Waiting));

        pool.SetLimit(5);
        await Task.WhenAll(turns);
        Assert.Equal((3, 0, 5), (pool.InFlight, pool.Waiting, pool.Limit));
        pool.SetLimit(0);
        Assert.Equal(1, pool.Limit);
    }

    [Fact]
    public async Task Who_gives_up_leaves_no_trace()
    {
        var pool = new PermitPool(1);
        await pool.TakeAsync(default, static () => { }, Ct);
        using var stop = new CancellationTokenSource();
        var givesUp = pool.TakeAsync(new(true, 0), static () => { }, stop.Token).AsTask();
        var stays = pool.TakeAsync(new(false, 9), static () => { }, Ct).AsTask();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => givesUp);
        Assert.Equal(1, pool.Waiting);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pool.TakeAsync(default, static () => { }, stop.Token).AsTask());
        pool.Release();
        await stays;
        pool.Release();
        Assert.Equal((0, 0), (pool.InFlight, pool.Waiting));
    }

    [Fact]
    public void Agrees_with_a_model_at_every_step() =>
        Gen.Select(Gen.Int[0, 3], Gen.Int[0, 30], Gen.Bool).Array[1, 150].Sample(static steps =>
        {
            var pool = new PermitPool(2);
            List<(Task Turn, CancellationTokenSource Stop, PermitOrder Order, int Arrival)> line = [];
            var (limit, inFlight, arrivals) = (2, 0, 0);
            foreach (var (kind, number, finishing) in steps)
            {
                switch (kind)
                {
                    case 0:
                        var stop = new CancellationTokenSource();
                        var order = new PermitOrder(finishing, number % 5);
                        var turn = pool.TakeAsync(order, static () => { }, stop.Token).AsTask();
                        line.Add((turn, stop, order, arrivals++));
                        break;
                    case 1 when inFlight > 0:
                        inFlight--;
                        pool.Release();
                        break;
                    case 2:
                        limit = 1 + (number % 6);
                        pool.SetLimit(limit);
                        break;
                    case 3 when line.Count > 0:
                        var gone = line[number % line.Count];
                        line.Remove(gone);
                        gone.Stop.Cancel();
                        break;
                }

                while (inFlight < limit && line.Count > 0)
                {
                    var next = line.MinBy(static w => (w.Order.Finishing ? 0 : 1, w.Order.DeadlineTimestamp, w.Arrival));
                    line.Remove(next);
                    inFlight++;
                    Assert.True(SpinWait.SpinUntil(() => next.Turn.IsCompletedSuccessfully, TimeSpan.FromSeconds(20)));
                }

                Assert.Equal((inFlight, line.Count, limit), (pool.InFlight, pool.Waiting, pool.Limit));
                Assert.DoesNotContain(line, static w => w.Turn.IsCompleted);
            }
        }, iter: 300);

    [Fact]
    public async Task On_real_threads_no_more_than_the_limit_is_in_flight_and_no_waiter_is_lost()
    {
        const int Workers = 8;
        const int Rounds = 1500;
        const int Most = 4;
        var pool = new PermitPool(2);
        var (inFlight, highest) = (0, 0);
        await Task.WhenAll(Enumerable.Range(0, Workers).Select(worker => Task.Run(async () =>
        {
            var random = new Random(worker);
            for (var round = 0; round < Rounds; round++)
            {
                using var stop = new CancellationTokenSource();
                var turn = pool.TakeAsync(new(random.Next(2) == 0, random.Next(5)), static () => { }, stop.Token).AsTask();
                if (random.Next(3) == 0)
                {
                    await stop.CancelAsync();
                }

                if (random.Next(100) == 0)
                {
                    pool.SetLimit(random.Next(1, Most + 1));
                }

                try
                {
                    await turn;
                }
                catch (OperationCanceledException)
                {
                    continue;
                }

                var now = Interlocked.Increment(ref inFlight);
                int before;
                while ((before = Volatile.Read(ref highest)) < now && Interlocked.CompareExchange(ref highest, now, before) != before)
                {
                }

                await Task.Yield();
                Interlocked.Decrement(ref inFlight);
                pool.Release();
            }
        }, Ct)));

        Assert.InRange(highest, 1, Most);
        Assert.Equal((0, 0), (pool.InFlight, pool.Waiting));
    }
}

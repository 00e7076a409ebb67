using Microsoft.Extensions.Time.Testing;
using Sluice.Diagnostics;
using Sluice.Tests.Resilience;
using Sluice.Transfer;
using Xunit;

namespace Sluice.Tests.Transfer;

public sealed class ActivePlacesTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task So_many_move_and_the_others_follow_in_the_order_they_came()
    {
        var places = new ActivePlaces(2);
        var view = new UploadView(new FakeTimeProvider());
        var first = await places.TakeAsync(view, WaitReason.Queue, Ct);
        await places.TakeAsync(view, WaitReason.Queue, Ct);
        var waiting = Enumerable.Range(0, 5).Select(_ => places.TakeAsync(view, WaitReason.Queue, Ct)).ToArray();
        var place = first;
        for (var i = 0; i < waiting.Length; i++)
        {
            Assert.DoesNotContain(waiting[i..], w => w.IsCompleted);
            place.Dispose();
            place.Dispose();
            place = await waiting[i];
            await Virtual.Settle();
        }
    }

    [Fact]
    public async Task Who_gives_up_waiting_leaves_its_turn_to_the_next()
    {
        var places = new ActivePlaces(1);
        var view = new UploadView(new FakeTimeProvider());
        var first = await places.TakeAsync(view, WaitReason.Queue, Ct);
        using var stop = new CancellationTokenSource();
        var givesUp = places.TakeAsync(view, WaitReason.Queue, stop.Token);
        var next = places.TakeAsync(view, WaitReason.Queue, Ct);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => givesUp);
        first.Dispose();
        (await next).Dispose();
        Assert.True(places.TakeAsync(view, WaitReason.Queue, Ct).IsCompletedSuccessfully);
    }

    [Fact]
    public async Task No_place_is_lost_under_random_cancellations()
    {
        const int Workers = 6;
        const int Rounds = 1000;
        var places = new ActivePlaces(2);
        var view = new UploadView(new FakeTimeProvider());
        var (moving, highest) = (0, 0);
        await Task.WhenAll(Enumerable.Range(0, Workers).Select(worker => Task.Run(async () =>
        {
            var random = new Random(worker);
            for (var round = 0; round < Rounds; round++)
            {
                using var stop = new CancellationTokenSource();
                var turn = places.TakeAsync(view, WaitReason.Queue, stop.Token);
                if (random.Next(2) == 0)
                {
                    await stop.CancelAsync();
                }

                try
                {
                    using var place = await turn;
                    var now = Interlocked.Increment(ref moving);
                    Volatile.Write(ref highest, Math.Max(Volatile.Read(ref highest), now));
                    await Task.Yield();
                    Interlocked.Decrement(ref moving);
                }
                catch (OperationCanceledException)
                {
                    Assert.True(stop.IsCancellationRequested);
                }
            }
        }, Ct)));

        Assert.InRange(highest, 1, 2);
        Assert.True(places.TakeAsync(view, WaitReason.Queue, Ct).IsCompletedSuccessfully);
        Assert.True(places.TakeAsync(view, WaitReason.Queue, Ct).IsCompletedSuccessfully);
        Assert.False(places.TakeAsync(view, WaitReason.Queue, Ct).IsCompleted);
    }
}

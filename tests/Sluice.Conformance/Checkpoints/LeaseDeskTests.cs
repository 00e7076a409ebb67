using Microsoft.Extensions.Time.Testing;
using Sluice.Checkpoints;
using Sluice.Checkpoints.InMemory;
using Xunit;

namespace Sluice.Conformance.Checkpoints;

/// <summary>Uploads of one process bear one name in the store: they take turns at the desk.</summary>
public sealed class LeaseDeskTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly InMemoryCheckpointStore _store;
    private readonly LeaseDesk _desk;

    public LeaseDeskTests()
    {
        _store = new InMemoryCheckpointStore(_time);
        _desk = new LeaseDesk(_store.Leases, "one", new LeaseOptions(), _time);
    }

    private static CancellationToken None => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    [Fact]
    public async Task A_lease_that_this_process_holds_is_not_given_out_again()
    {
        var first = await _desk.AcquireAsync("target:a", TimeSpan.Zero, None);
        var second = await _desk.AcquireAsync("target:a", TimeSpan.Zero, None);

        Assert.NotNull(first.Keeper);
        Assert.Null(second.Keeper);
        Assert.Equal("one", second.HeldBy);
        Assert.True(first.Keeper.IsHeld);
        await first.Keeper.DisposeAsync();
    }

    [Fact]
    public async Task Who_waits_gets_it_in_the_order_they_came()
    {
        var first = await _desk.AcquireAsync("target:a", TimeSpan.Zero, None);
        var second = _desk.AcquireAsync("target:a", TimeSpan.FromMinutes(1), None);
        var third = _desk.AcquireAsync("target:a", TimeSpan.FromMinutes(1), None);

        await first.Keeper!.DisposeAsync();
        var held = await second;
        Assert.True(held.Keeper!.IsHeld);
        Assert.False(third.IsCompleted);

        await held.Keeper.DisposeAsync();
        var last = await third;
        Assert.True(last.Keeper!.IsHeld);
        await last.Keeper.DisposeAsync();
    }

    [Fact]
    public async Task A_wait_ends_when_its_time_is_over_and_loses_nobody_a_turn()
    {
        var first = await _desk.AcquireAsync("target:a", TimeSpan.Zero, None);
        var second = _desk.AcquireAsync("target:a", TimeSpan.FromSeconds(2), None);
        using var cancelled = new CancellationTokenSource();
        var third = _desk.AcquireAsync("target:a", TimeSpan.FromMinutes(1), cancelled.Token);
        var fourth = _desk.AcquireAsync("target:a", TimeSpan.FromMinutes(1), None);

        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.Null((await second).Keeper);
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => third);

        await first.Keeper!.DisposeAsync();
        var last = await fourth;
        Assert.NotNull(last.Keeper);
        await last.Keeper.DisposeAsync();
    }

    [Fact]
    public async Task A_lease_of_another_process_gives_the_turn_back()
    {
        var other = new LeaseDesk(_store.Leases, "two", new LeaseOptions(), _time);
        var theirs = await other.AcquireAsync("target:a", TimeSpan.Zero, None);
        Assert.Null((await _desk.AcquireAsync("target:a", TimeSpan.Zero, None)).Keeper);

        await theirs.Keeper!.DisposeAsync();
        var ours = await _desk.AcquireAsync("target:a", TimeSpan.Zero, None);
        Assert.NotNull(ours.Keeper);
        await ours.Keeper.DisposeAsync();
    }
}

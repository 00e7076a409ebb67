using Sluice.Checkpoints;
using Xunit;

namespace Sluice.Conformance.Checkpoints;

/// <summary>What every store of leases does.</summary>
public abstract class LeaseStoreContract<TWorld> : IAsyncLifetime
    where TWorld : StoreWorld, new()
{
    private const string Key = "upload:1";

    private static readonly CancellationToken None = CancellationToken.None;

    private readonly TWorld _world = new();

    private ICheckpointStore _store = null!;
    private ICheckpointStore _other = null!;

    public async ValueTask InitializeAsync()
    {
        _store = await _world.OpenAsync();
        _other = await _world.OpenAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _world.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_lease_is_held_by_one_and_others_learn_by_whom_where_and_for_how_long()
    {
        var lease = await TakeAsync(_store, "a", "http://a:8080");
        _world.Time.Advance(TimeSpan.FromSeconds(12));

        var refused = await _other.Leases.AcquireAsync(Key, "b", Sample.LeaseTime, null, None);

        Assert.Equal((Key, "a"), (lease.Key, lease.Holder));
        Assert.Equal(new LeaseAnswer(null, "a", TimeSpan.FromSeconds(18), "http://a:8080"), refused);
    }

    [Fact]
    public async Task A_lease_runs_out_to_the_tick()
    {
        await TakeAsync(_store, "a");
        _world.Time.Advance(Sample.LeaseTime - TimeSpan.FromTicks(1));
        Assert.Null((await _other.Leases.AcquireAsync(Key, "b", Sample.LeaseTime, null, None)).Lease);
        _world.Time.Advance(TimeSpan.FromTicks(1));
        Assert.NotNull((await _other.Leases.AcquireAsync(Key, "b", Sample.LeaseTime, null, None)).Lease);
    }

    [Fact]
    public async Task A_renewed_lease_runs_from_the_renewal()
    {
        var lease = await TakeAsync(_store, "a");
        _world.Time.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(LeaseRenewal.Held, await _store.Leases.RenewAsync(lease, Sample.LeaseTime, None));

        Assert.Equal(Sample.LeaseTime, (await _other.Leases.AcquireAsync(Key, "b", Sample.LeaseTime, null, None)).Remaining);
    }

    [Fact]
    public async Task A_lease_that_ran_out_can_be_renewed_until_another_has_it()
    {
        var lease = await TakeAsync(_store, "a");
        _world.Time.Advance(Sample.LeaseTime * 2);
        Assert.Equal(LeaseRenewal.Held, await _store.Leases.RenewAsync(lease, Sample.LeaseTime, None));

        _world.Time.Advance(Sample.LeaseTime);
        await TakeAsync(_other, "b");
        Assert.Equal(LeaseRenewal.Lost, await _store.Leases.RenewAsync(lease, Sample.LeaseTime, None));
    }

    [Fact]
    public async Task The_fence_grows_with_each_acquisition_for_ever()
    {
        var fences = new List<long>();
        for (var i = 0; i < 3; i++)
        {
            var lease = await TakeAsync(_store, "a");
            var again = await TakeAsync(_store, "a");
            await _store.Leases.ReleaseAsync(again, None);
            fences.AddRange([lease.Fence, again.Fence]);
        }

        var reopened = await _world.OpenAsync();
        fences.Add((await TakeAsync(reopened, "b")).Fence);
        Assert.Equal(fences.Order().Distinct(), fences);
    }

    [Fact]
    public async Task A_dead_holder_s_lease_is_taken_at_once()
    {
        await TakeAsync(_store, "a");
        _world.Dead.Bury("a");

        Assert.NotNull((await _other.Leases.AcquireAsync(Key, "b", Sample.LeaseTime, null, None)).Lease);
    }

    [Fact]
    public async Task A_lease_that_was_given_back_is_not_taken_over()
    {
        await _store.Leases.ReleaseAsync(await TakeAsync(_store, "a"), None);

        Assert.Null((await _other.Leases.AcquireAsync(Key, "b", Sample.LeaseTime, null, None)).TakenOver);
    }

    [Fact]
    public async Task Who_takes_a_lease_over_that_ran_out_learns_how_long_ago()
    {
        await TakeAsync(_store, "a");
        _world.Time.Advance(Sample.LeaseTime + TimeSpan.FromSeconds(7));

        Assert.Equal(TimeSpan.FromSeconds(7), (await _other.Leases.AcquireAsync(Key, "b", Sample.LeaseTime, null, None)).TakenOver);
    }

    [Fact]
    public async Task Who_takes_a_dead_holder_s_lease_over_learns_that_it_still_ran()
    {
        await TakeAsync(_store, "a");
        _world.Dead.Bury("a");

        Assert.Equal(TimeSpan.Zero, (await _other.Leases.AcquireAsync(Key, "b", Sample.LeaseTime, null, None)).TakenOver);
    }

    [Fact]
    public async Task A_holder_that_asks_again_without_giving_back_takes_over_from_itself()
    {
        await TakeAsync(_store, "a");

        Assert.Equal(TimeSpan.Zero, (await _store.Leases.AcquireAsync(Key, "a", Sample.LeaseTime, null, None)).TakenOver);
    }

    [Fact]
    public async Task A_taker_that_does_not_give_back_either_leaves_the_next_one_to_know_over_a_restart()
    {
        await TakeAsync(_store, "a");
        _world.Time.Advance(Sample.LeaseTime * 4);
        await TakeAsync(_other, "b");
        _world.Dead.Bury("b");

        var reopened = await _world.OpenAsync();
        Assert.Equal(TimeSpan.Zero, (await reopened.Leases.AcquireAsync(Key, "c", Sample.LeaseTime, null, None)).TakenOver);
    }

    [Fact]
    public async Task A_released_lease_is_free_and_its_holder_cannot_renew_it()
    {
        var lease = await TakeAsync(_store, "a");
        await _store.Leases.ReleaseAsync(lease, None);

        Assert.Equal(LeaseRenewal.Lost, await _store.Leases.RenewAsync(lease, Sample.LeaseTime, None));
        Assert.NotNull((await _other.Leases.AcquireAsync(Key, "b", Sample.LeaseTime, null, None)).Lease);
    }

    [Fact]
    public async Task An_old_holder_cannot_release_its_successor_s_lease()
    {
        var old = await TakeAsync(_store, "a");
        _world.Time.Advance(Sample.LeaseTime);
        var successor = await TakeAsync(_other, "b");

        await _store.Leases.ReleaseAsync(old, None);

        Assert.Equal(LeaseRenewal.Held, await _other.Leases.RenewAsync(successor, Sample.LeaseTime, None));
    }

    [Fact]
    public async Task Asking_to_let_go_is_seen_at_the_next_renewal_and_forgotten_by_the_next_holder()
    {
        var lease = await TakeAsync(_store, "a");
        await _other.Leases.AskToLetGoAsync(Key, None);
        Assert.Equal(LeaseRenewal.LetGo, await _store.Leases.RenewAsync(lease, Sample.LeaseTime, None));

        await _store.Leases.ReleaseAsync(lease, None);
        var next = await TakeAsync(_other, "b");
        Assert.Equal(LeaseRenewal.Held, await _other.Leases.RenewAsync(next, Sample.LeaseTime, None));
    }

    [Fact]
    public async Task Asking_for_a_lease_that_nobody_holds_is_nothing()
    {
        await _store.Leases.AskToLetGoAsync(Key, None);
        Assert.Equal(LeaseRenewal.Held, await _store.Leases.RenewAsync(await TakeAsync(_store, "a"), Sample.LeaseTime, None));
    }

    [Theory]
    [InlineData("asked", true)]
    [InlineData("asked", false)]
    [InlineData("taken", true)]
    [InlineData("taken", false)]
    [InlineData("released", true)]
    [InlineData("released", false)]
    [InlineData("deleted", true)]
    [InlineData("deleted", false)]
    public async Task A_watch_ends_when_the_lease_is_asked_for_or_gone(string how, bool sameStore)
    {
        await _store.Uploads.CreateAsync(Sample.Record(1), None);
        var lease = await Sample.LeaseAsync(_store, 1);
        var watch = _store.Leases.WatchAsync(lease, None);
        await _store.CheckAsync(None);
        Assert.False(watch.IsCompleted);

        var actor = sameStore ? _store : _other;
        switch (how)
        {
            case "asked":
                await actor.Leases.AskToLetGoAsync(lease.Key, None);
                break;
            case "taken":
                _world.Dead.Bury("a");
                await Sample.LeaseAsync(actor, 1, "b");
                break;
            case "released":
                await actor.Leases.ReleaseAsync(lease, None);
                break;
            default:
                await actor.Uploads.DeleteAsync(Sample.Id(1), None);
                break;
        }

        await ReachAsync(watch);
    }

    [Fact]
    public async Task A_watch_of_a_lease_that_is_gone_already_ends_at_once()
    {
        var lease = await TakeAsync(_store, "a");
        await _store.Leases.ReleaseAsync(lease, None);

        await _store.Leases.WatchAsync(lease, None);
    }

    [Fact]
    public async Task A_watch_can_be_cancelled()
    {
        var lease = await TakeAsync(_store, "a");
        using var over = new CancellationTokenSource();
        var watch = _store.Leases.WatchAsync(lease, over.Token);
        await over.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => watch);
    }

    private static async Task<Lease> TakeAsync(ICheckpointStore store, string holder, string? address = null) =>
        (await store.Leases.AcquireAsync(Key, holder, Sample.LeaseTime, address, CancellationToken.None)).Lease ?? throw new InvalidOperationException("the lease is held");

    /// <summary>Moves the store's clock on until the watch has seen the change.</summary>
    private async Task ReachAsync(Task watch)
    {
        while (!watch.IsCompleted)
        {
            _world.Time.Advance(_world.WatchDelay);
            await _store.CheckAsync(None);
            await Task.Yield();
        }

        await watch;
    }
}

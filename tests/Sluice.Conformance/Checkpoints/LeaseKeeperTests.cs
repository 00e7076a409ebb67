using Microsoft.Extensions.Time.Testing;
using Sluice.Checkpoints;
using Sluice.Checkpoints.InMemory;
using Xunit;

namespace Sluice.Conformance.Checkpoints;

/// <summary>A lease is kept as long as the store says so, and given up before another can have it.</summary>
public sealed class LeaseKeeperTests : IAsyncDisposable
{
    private const string Key = "target:a";

    private static readonly LeaseOptions Options = new();

    private readonly CountedTime _time = new();
    private readonly InMemoryCheckpointStore _store;
    private readonly StoreFaults _faults = new();
    private readonly ICheckpointStore _ours;

    public LeaseKeeperTests()
    {
        _store = new InMemoryCheckpointStore(_time);
        _ours = _store.Connect(_faults);
    }

    private static CancellationToken None => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    [Fact]
    public async Task It_is_renewed_for_as_long_as_it_is_kept()
    {
        var renewals = 0;
        _faults.DelayAfter = operation =>
        {
            _ = operation == "leases.renew" ? Interlocked.Increment(ref renewals) : 0;
            return TimeSpan.Zero;
        };
        await using var keeper = await TakeAsync();
        for (var i = 1; i <= 6; i++)
        {
            // The clock goes on once the next pause has begun.
            var timers = _time.Timers;
            _time.Advance(Options.Renew);
            await Eventually.HoldsAsync(() => Volatile.Read(ref renewals) == i && _time.Timers > timers);
            Assert.True(keeper.IsHeld);
        }

        Assert.Equal(Options.Duration, (await _store.Leases.AcquireAsync(Key, "other", Options.Duration, null, None)).Remaining);
    }

    [Fact]
    public async Task It_is_given_up_after_two_thirds_of_its_time_without_a_renewal_while_the_store_still_keeps_others_out()
    {
        await using var keeper = await TakeAsync();
        _faults.Failure = static _ => new StoreUnavailableException("away");
        _time.Advance(TimeSpan.FromSeconds(20) - TimeSpan.FromTicks(1));
        Assert.True(keeper.IsHeld);

        _time.Advance(TimeSpan.FromTicks(1));
        Assert.False(keeper.IsHeld);
        Assert.Null((await _store.Leases.AcquireAsync(Key, "other", Options.Duration, null, None)).Lease);
        await PassAsync(() => keeper.Lost.IsCancellationRequested);
    }

    [Fact]
    public async Task A_process_that_slept_does_not_believe_in_it_whatever_its_renewals_do()
    {
        _faults.DelayBefore = static operation => operation == "leases.renew" ? TimeSpan.FromHours(1) : TimeSpan.Zero;
        await using var keeper = await TakeAsync();
        _time.Advance(TimeSpan.FromMinutes(10));
        Assert.False(keeper.IsHeld);
    }

    [Fact]
    public async Task A_renewal_that_finds_another_holder_ends_it_and_gives_nothing_back()
    {
        await using var keeper = await TakeAsync();
        _time.Advance(TimeSpan.FromSeconds(1));
        var theirs = await _store.Leases.AcquireAsync(Key, "us", Options.Duration, null, None);
        await PassAsync(() => keeper.Lost.IsCancellationRequested);

        await keeper.ReleaseAsync();
        Assert.Equal(LeaseRenewal.Held, await _store.Leases.RenewAsync(theirs.Lease!, Options.Duration, None));
    }

    [Fact]
    public async Task Who_asks_for_it_is_heard_at_once_and_it_stays_ours_until_it_is_given_back()
    {
        await using var keeper = await TakeAsync();
        var wanted = LeaseKeeper.AcquireAsync(_store.Leases, Key, "other", Options, null, TimeSpan.FromHours(1), askToLetGo: true, _time, None);
        await Eventually.HoldsAsync(() => keeper.LetGoRequested.IsCompleted);
        Assert.True(keeper.IsHeld);
        Assert.False(wanted.IsCompleted);

        await keeper.ReleaseAsync();
        Assert.False(keeper.Lost.IsCancellationRequested);
        await PassAsync(() => wanted.IsCompleted);
        var other = (await wanted).Keeper!;
        Assert.Null(other.TakenOver);
        await other.DisposeAsync();
    }

    [Fact]
    public async Task Waiting_for_another_s_ends_when_the_wait_is_over_and_tells_whose_it_is()
    {
        await using var keeper = await TakeAsync();
        var wanted = LeaseKeeper.AcquireAsync(_store.Leases, Key, "other", Options, null, TimeSpan.FromSeconds(3), askToLetGo: false, _time, None);
        Assert.False(wanted.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(3));
        await Eventually.HoldsAsync(() => wanted.IsCompleted);
        Assert.Equal((null, "us"), ((await wanted).Keeper, (await wanted).HeldBy));
        Assert.False(keeper.LetGoRequested.IsCompleted);
    }

    [Fact]
    public async Task One_that_must_not_be_given_back_runs_out_and_its_successor_learns_so()
    {
        var keeper = await TakeAsync();
        keeper.GivesBack = false;
        await keeper.ReleaseAsync();
        Assert.False(keeper.IsHeld);
        Assert.Null((await TakeAsync("other"))?.Lease);

        _time.Advance(Options.Duration);
        await using var other = await TakeAsync("other");
        Assert.Equal(TimeSpan.Zero, other!.TakenOver);
    }

    [Fact]
    public async Task One_that_was_given_up_and_nobody_took_is_given_back_all_the_same()
    {
        var keeper = await TakeAsync();
        _faults.Failure = static operation => operation == "leases.renew" ? new StoreUnavailableException("away") : null;
        await PassAsync(() => keeper.Lost.IsCancellationRequested);

        await keeper.ReleaseAsync();
        Assert.Null((await _store.Leases.AcquireAsync(Key, "other", Options.Duration, null, None)).TakenOver);
    }

    [Fact]
    public async Task A_store_that_does_not_answer_does_not_keep_whoever_gives_back()
    {
        var keeper = await TakeAsync();
        var asked = false;
        _faults.DelayBefore = operation => (asked |= operation == "leases.release") ? TimeSpan.FromHours(1) : TimeSpan.Zero;
        var over = false;
        keeper.WhenOver(() => over = true);
        var releasing = keeper.ReleaseAsync().AsTask();
        await Eventually.HoldsAsync(() => Volatile.Read(ref asked));
        Assert.False(over);

        _time.Advance(LeaseConstants.ReleaseWithin);
        await Eventually.HoldsAsync(() => releasing.IsCompleted);
        await releasing;
        Assert.True(over);
    }

    private async Task<LeaseKeeper> TakeAsync() => (await TakeAsync("us"))!;

    private async Task<LeaseKeeper?> TakeAsync(string holder) =>
        (await LeaseKeeper.AcquireAsync(_ours.Leases, Key, holder, Options, null, TimeSpan.Zero, false, _time, None)).Keeper;

    /// <summary>Lets time pass until something holds, however much that takes.</summary>
    private Task PassAsync(Func<bool> holds) => Eventually.HoldsAsync(holds, _time);

    /// <summary>Counts the timers that were made.</summary>
    private sealed class CountedTime : FakeTimeProvider
    {
        private int _timers;

        public int Timers => Volatile.Read(ref _timers);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            Interlocked.Increment(ref _timers);
            return timer;
        }
    }
}

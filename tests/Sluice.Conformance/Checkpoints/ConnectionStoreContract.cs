using Sluice.Checkpoints;
using Xunit;

namespace Sluice.Conformance.Checkpoints;

/// <summary>What every store of connection state does: the budget of requests over all processes, the not-before, the learned rate.</summary>
public abstract class ConnectionStoreContract<TWorld> : IAsyncLifetime
    where TWorld : StoreWorld, new()
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(60.5);
    private static readonly TimeSpan TimeToLive = TimeSpan.FromSeconds(5);

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
    public async Task No_more_than_the_limit_is_granted_over_all_processes()
    {
        Assert.Equal(new PaceAnswer(6, TimeSpan.Zero, TimeSpan.Zero, 6, null), await AskAsync(_store, "a", want: 6));
        Assert.Equal(new PaceAnswer(4, TimeToLive + Window, TimeSpan.Zero, 10, null), await AskAsync(_other, "b", want: 6));
        Assert.Equal(0, (await AskAsync(_store, "a", want: 1)).Granted);
    }

    [Fact]
    public async Task Connections_do_not_share_a_budget()
    {
        await AskAsync(_store, "a", want: 10);
        Assert.Equal(10, (await AskAsync(_store, "a", want: 10, connection: "other")).Granted);
    }

    [Fact]
    public async Task A_used_request_leaves_the_window_by_its_age()
    {
        await AskAsync(_store, "a", want: 10);
        _world.Time.Advance(TimeSpan.FromSeconds(4));
        await AskAsync(_store, "a", used: [.. Enumerable.Repeat(TimeSpan.FromSeconds(3), 10)]);

        _world.Time.Advance(Window - TimeSpan.FromSeconds(3) - TimeSpan.FromTicks(1));
        var early = await AskAsync(_other, "b", want: 1);
        Assert.Equal((0, TimeSpan.FromTicks(1)), (early.Granted, early.NextIn));
        _world.Time.Advance(early.NextIn);
        Assert.Equal(10, (await AskAsync(_other, "b", want: 10)).Granted);
    }

    [Fact]
    public async Task What_is_returned_is_there_for_others_at_once()
    {
        await AskAsync(_store, "a", want: 10);
        Assert.Equal(3, (await AskAsync(_store, "a", used: [.. Enumerable.Repeat(TimeSpan.Zero, 3)], returned: 7)).UsedInWindow);
        Assert.Equal(7, (await AskAsync(_other, "b", want: 9)).Granted);
    }

    [Fact]
    public async Task A_grant_that_is_never_settled_counts_from_its_end()
    {
        await AskAsync(_store, "a", want: 10);
        _world.Time.Advance(TimeToLive + Window - TimeSpan.FromTicks(1));
        Assert.Equal(0, (await AskAsync(_other, "b", want: 1)).Granted);
        _world.Time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(10, (await AskAsync(_other, "b", want: 10)).Granted);
    }

    [Fact]
    public async Task A_grant_settled_after_its_end_is_counted_once_by_its_real_age()
    {
        await AskAsync(_store, "a", want: 10);
        _world.Time.Advance(TimeSpan.FromSeconds(20));

        var late = await AskAsync(_store, "a", used: [.. Enumerable.Repeat(TimeSpan.FromSeconds(18), 10)]);

        Assert.Equal(10, late.UsedInWindow);
        _world.Time.Advance(Window - TimeSpan.FromSeconds(18));
        Assert.Equal(10, (await AskAsync(_other, "b", want: 10)).Granted);
    }

    [Fact]
    public async Task A_request_that_nobody_granted_is_counted_all_the_same()
    {
        Assert.Equal(2, (await AskAsync(_store, "a", used: [TimeSpan.Zero, TimeSpan.FromSeconds(1)])).UsedInWindow);
    }

    [Fact]
    public async Task A_lowered_limit_grants_nothing_until_enough_has_left_the_window()
    {
        await AskAsync(_store, "a", want: 10);
        await AskAsync(_store, "a", used: [.. Enumerable.Range(0, 10).Select(second => TimeSpan.FromSeconds(second))]);

        var answer = await AskAsync(_store, "a", want: 1, limit: 4);

        Assert.Equal((0, Window - TimeSpan.FromSeconds(3)), (answer.Granted, answer.NextIn));
    }

    [Fact]
    public async Task The_not_before_is_shared_and_never_shortened()
    {
        Assert.Equal(TimeSpan.FromSeconds(30), await _store.Connections.RaiseNotBeforeAsync("c", TimeSpan.FromSeconds(30), None));
        _world.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(TimeSpan.FromSeconds(20), await _other.Connections.RaiseNotBeforeAsync("c", TimeSpan.FromSeconds(5), None));
        Assert.Equal(TimeSpan.FromSeconds(20), (await AskAsync(_other, "b")).NotBeforeIn);
        Assert.Equal(TimeSpan.FromSeconds(25), await _other.Connections.RaiseNotBeforeAsync("c", TimeSpan.FromSeconds(25), None));
        _world.Time.Advance(TimeSpan.FromSeconds(25));
        Assert.Equal(TimeSpan.Zero, (await AskAsync(_store, "a")).NotBeforeIn);
    }

    [Fact]
    public async Task A_learned_rate_is_remembered_for_a_day()
    {
        await _store.Connections.SaveRateAsync("c", 240, None);
        Assert.Equal(240, (await AskAsync(_other, "b")).SavedRate);
        _world.Time.Advance(TimeSpan.FromDays(1) - TimeSpan.FromTicks(1));
        Assert.Equal(240, (await AskAsync(_other, "b")).SavedRate);
        _world.Time.Advance(TimeSpan.FromTicks(1));
        Assert.Null((await AskAsync(_other, "b")).SavedRate);
    }

    [Fact]
    public async Task A_learned_rate_can_be_forgotten()
    {
        await _store.Connections.SaveRateAsync("c", 240, None);
        await _store.Connections.SaveRateAsync("c", null, None);
        Assert.Null((await AskAsync(_store, "a")).SavedRate);
    }

    [Fact]
    public async Task Many_processes_that_ask_at_once_never_get_more_than_the_limit()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => AskAsync(i % 2 == 0 ? _store : _other, $"h{i}", want: 3, limit: 50)));
        Assert.Equal(50, answers.Sum(answer => answer.Granted));
    }

    private static Task<PaceAnswer> AskAsync(
        ICheckpointStore store, string holder, int want = 0, int limit = 10, TimeSpan[]? used = null, int returned = 0, string connection = "c") =>
        store.Connections.LeasePaceAsync(new(connection, holder, want, limit, Window, TimeToLive, used ?? [], returned), None).AsTask();
}

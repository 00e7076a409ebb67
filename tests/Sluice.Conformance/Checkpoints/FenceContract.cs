using Sluice.Checkpoints;
using Xunit;

namespace Sluice.Conformance.Checkpoints;

/// <summary>A process that lost its lease writes nothing, whatever kind of write it is.</summary>
public abstract class FenceContract<TWorld> : IAsyncLifetime
    where TWorld : StoreWorld, new()
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly TWorld _world = new();

    private ICheckpointStore _store = null!;
    private UploadRecord _record = null!;
    private Lease _lease = null!;

    public async ValueTask InitializeAsync()
    {
        _store = await _world.OpenAsync();
        (_record, _lease) = await Sample.BeginAsync(_store);
    }

    public async ValueTask DisposeAsync()
    {
        await _world.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Theory]
    [InlineData("taken over")]
    [InlineData("taken over by another store")]
    [InlineData("taken again by the same holder")]
    [InlineData("released")]
    [InlineData("of another holder")]
    [InlineData("of a fence never given")]
    public async Task Every_kind_of_write_under_a_stale_lease_is_refused_and_changes_nothing(string how)
    {
        var other = await _world.OpenAsync();
        await _store.Uploads.AddPartsAsync(_record.Id, _lease, 1, [Sample.Row(1)], None);
        await _store.Tails.WriteAsync(_record.Id, _lease, new(1, 5, Sample.Bytes(5, 5)), None);
        var stale = _lease;
        switch (how)
        {
            case "taken over":
                _world.Time.Advance(Sample.LeaseTime);
                await Sample.LeaseAsync(_store, 1, "b");
                break;
            case "taken over by another store":
                _world.Dead.Bury("a");
                await Sample.LeaseAsync(other, 1, "b");
                break;
            case "taken again by the same holder":
                await Sample.LeaseAsync(_store, 1, "a");
                break;
            case "released":
                await _store.Leases.ReleaseAsync(_lease, None);
                break;
            case "of another holder":
                stale = _lease with { Holder = "b" };
                break;
            default:
                stale = _lease with { Fence = _lease.Fence + 1 };
                break;
        }

        var outbox = new OutboxEvent("e1", "upload.done", _record.Id, "{}", _record.Created);
        Assert.Equal(StoreOutcome.Stale, await _store.Uploads.UpdateAsync(_record with { Name = "stale" }, stale, Durability.Power, outbox, None));
        Assert.Equal(StoreOutcome.Stale, await _store.Uploads.AddPartsAsync(_record.Id, stale, 1, [Sample.Row(1, seed: 9), Sample.Row(2)], None));
        Assert.Equal(StoreOutcome.Stale, await _store.Tails.WriteAsync(_record.Id, stale, new(1, 6, Sample.Bytes(6, 6)), None));
        Assert.Equal(StoreOutcome.Stale, await _store.Tails.DeleteAsync(_record.Id, stale, None));

        Assert.Equal(_record, await _store.Uploads.FindAsync(_record.Id, None));
        Assert.Equal([Sample.Text(Sample.Row(1))], (await _store.Uploads.PartsAsync(_record.Id, 1, None)).Select(Sample.Text));
        Assert.Equal(5, (await _store.Tails.ReadAsync(_record.Id, None))?.Offset);
        Assert.Empty(await _store.Outbox.TakeAsync(9, TimeSpan.Zero, None));
    }

    [Fact]
    public async Task A_lease_whose_time_is_over_still_writes_until_another_takes_it()
    {
        _world.Time.Advance(Sample.LeaseTime * 2);
        Assert.Equal(StoreOutcome.Written, await _store.Uploads.AddPartsAsync(_record.Id, _lease, 1, [Sample.Row(1)], None));
    }

    [Fact]
    public async Task The_new_holder_writes()
    {
        _world.Time.Advance(Sample.LeaseTime);
        var lease = await Sample.LeaseAsync(_store, 1, "b");

        Assert.Equal(StoreOutcome.Written, await _store.Uploads.UpdateAsync(_record with { Name = "new" }, lease, Durability.Power, null, None));
        Assert.Equal(StoreOutcome.Written, await _store.Uploads.AddPartsAsync(_record.Id, lease, 1, [Sample.Row(1)], None));
        Assert.Equal(StoreOutcome.Written, await _store.Tails.WriteAsync(_record.Id, lease, new(1, 6, Sample.Bytes(6, 6)), None));
        Assert.Equal(StoreOutcome.Written, await _store.Tails.DeleteAsync(_record.Id, lease, None));
    }

    [Fact]
    public async Task A_lease_on_something_else_is_a_bug()
    {
        var target = (await _store.Leases.AcquireAsync(LeaseKeys.Target("t"), "a", Sample.LeaseTime, null, None)).Lease!;

        await Assert.ThrowsAsync<ArgumentException>(async () => await _store.Uploads.UpdateAsync(_record, target, Durability.Process, null, None));
        await Assert.ThrowsAsync<ArgumentException>(async () => await _store.Uploads.AddPartsAsync(_record.Id, target, 1, [Sample.Row(1)], None));
        await Assert.ThrowsAsync<ArgumentException>(async () => await _store.Tails.WriteAsync(_record.Id, target, new(1, 0, Sample.Bytes(1, 1)), None));
    }

    [Fact]
    public async Task A_write_to_a_record_that_is_gone_is_missing()
    {
        await _store.Uploads.DeleteAsync(_record.Id, None);

        Assert.Equal(StoreOutcome.Missing, await _store.Uploads.UpdateAsync(_record, _lease, Durability.Process, null, None));
        Assert.Equal(StoreOutcome.Missing, await _store.Uploads.AddPartsAsync(_record.Id, _lease, 1, [Sample.Row(1)], None));
        Assert.Equal(StoreOutcome.Missing, await _store.Tails.WriteAsync(_record.Id, _lease, new(1, 0, Sample.Bytes(1, 1)), None));
        Assert.Equal(StoreOutcome.Missing, await _store.Tails.DeleteAsync(_record.Id, _lease, None));
    }

    [Fact]
    public async Task Of_many_takers_at_once_one_gets_the_lease_and_no_two_ever_the_same_fence()
    {
        var stores = new[] { _store, await _world.OpenAsync(), await _world.OpenAsync() };
        var answers = await Task.WhenAll(Enumerable.Range(0, 60).Select(i =>
            stores[i % 3].Leases.AcquireAsync("target:x", $"holder {i}", Sample.LeaseTime, null, None).AsTask()));
        Assert.Single(answers, answer => answer.Lease is not null);

        var own = await Task.WhenAll(Enumerable.Range(0, 60).Select(i =>
            stores[i % 3].Leases.AcquireAsync("target:y", "one", Sample.LeaseTime, null, None).AsTask()));
        Assert.Equal(60, own.Select(answer => answer.Lease!.Fence).Distinct().Count());
    }
}

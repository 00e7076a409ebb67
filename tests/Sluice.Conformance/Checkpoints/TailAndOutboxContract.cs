using Sluice.Checkpoints;
using Xunit;

namespace Sluice.Conformance.Checkpoints;

/// <summary>What every store of tails and events does.</summary>
public abstract class TailAndOutboxContract<TWorld> : IAsyncLifetime
    where TWorld : StoreWorld, new()
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly TimeSpan Hide = TimeSpan.FromSeconds(30);

    private readonly TWorld _world = new();

    private ICheckpointStore _store = null!;
    private ICheckpointStore _other = null!;
    private UploadRecord _record = null!;
    private Lease _lease = null!;

    public async ValueTask InitializeAsync()
    {
        _store = await _world.OpenAsync();
        _other = await _world.OpenAsync();
        (_record, _lease) = await Sample.BeginAsync(_store);
    }

    public async ValueTask DisposeAsync()
    {
        await _world.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_tail_of_a_whole_part_is_read_back_replaced_and_deleted()
    {
        var bytes = Sample.Bytes(Sample.PartSize, 3);
        Assert.Null(await _other.Tails.ReadAsync(_record.Id, None));
        Assert.Equal(StoreOutcome.Written, await _store.Tails.WriteAsync(_record.Id, _lease, new(1, Sample.PartSize, bytes), None));
        bytes[0] ^= 1; // the store took a copy

        var tail = await _other.Tails.ReadAsync(_record.Id, None);
        Assert.Equal((1, (long)Sample.PartSize), (tail!.Generation, tail.Offset));
        Assert.True(tail.Bytes.Span.SequenceEqual(Sample.Bytes(Sample.PartSize, 3)));

        await _store.Tails.WriteAsync(_record.Id, _lease, new(1, 0, Sample.Bytes(2, 7)), None);
        Assert.Equal(Sample.Bytes(2, 7), (await _other.Tails.ReadAsync(_record.Id, None))!.Bytes.ToArray());

        Assert.Equal(StoreOutcome.Written, await _store.Tails.DeleteAsync(_record.Id, _lease, None));
        Assert.Equal(StoreOutcome.Written, await _store.Tails.DeleteAsync(_record.Id, _lease, None));
        Assert.Null(await _other.Tails.ReadAsync(_record.Id, None));
    }

    [Fact]
    public async Task A_tail_of_another_generation_is_stale_and_one_that_is_there_outlives_a_new_generation()
    {
        await _store.Tails.WriteAsync(_record.Id, _lease, new(1, 9, Sample.Bytes(2, 7)), None);
        await _store.Uploads.UpdateAsync(_record with { Generation = Sample.Generation(2) }, _lease, Durability.Process, null, None);

        Assert.Equal(StoreOutcome.Stale, await _store.Tails.WriteAsync(_record.Id, _lease, new(1, 0, Sample.Bytes(1, 1)), None));
        Assert.Equal((1, 9L), ((await _store.Tails.ReadAsync(_record.Id, None))!.Generation, (await _store.Tails.ReadAsync(_record.Id, None))!.Offset));
        Assert.Equal(StoreOutcome.Written, await _store.Tails.WriteAsync(_record.Id, _lease, new(2, 0, Sample.Bytes(1, 1)), None));
    }

    [Fact]
    public async Task An_event_comes_with_the_update_it_reports()
    {
        var item = Event("1");
        await _store.Uploads.UpdateAsync(Sample.Finished(_record), _lease, Durability.Power, item, None);

        Assert.Equal([item with { Tries = 1 }], await _other.Outbox.TakeAsync(10, Hide, None));
    }

    [Fact]
    public async Task An_event_is_hidden_while_one_tells_it_and_handed_out_again_until_it_was_told()
    {
        await PutAsync("1");
        Assert.Single(await _store.Outbox.TakeAsync(10, Hide, None));
        Assert.Empty(await _other.Outbox.TakeAsync(10, Hide, None));

        _world.Time.Advance(Hide);
        Assert.Equal([Event("1") with { Tries = 2 }], await _other.Outbox.TakeAsync(10, Hide, None));

        await _other.Outbox.RetryAsync("1", TimeSpan.FromMinutes(5), None);
        _world.Time.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromTicks(1));
        Assert.Empty(await _store.Outbox.TakeAsync(10, Hide, None));
        _world.Time.Advance(TimeSpan.FromTicks(1));
        Assert.Single(await _store.Outbox.TakeAsync(10, Hide, None));

        await _store.Outbox.DoneAsync("1", None);
        _world.Time.Advance(TimeSpan.FromDays(1));
        Assert.Empty(await _store.Outbox.TakeAsync(10, Hide, None));
        await _store.Outbox.DoneAsync("1", None);
        await _store.Outbox.RetryAsync("1", Hide, None);
    }

    [Fact]
    public async Task Events_are_handed_out_oldest_first_and_each_once_at_a_time()
    {
        foreach (var id in new[] { "c", "a", "b" })
        {
            await PutAsync(id);
        }

        Assert.Equal(["c", "a"], (await _store.Outbox.TakeAsync(2, Hide, None)).Select(item => item.Id));
        Assert.Equal(["b"], (await _other.Outbox.TakeAsync(2, Hide, None)).Select(item => item.Id));
    }

    [Fact]
    public async Task An_event_put_in_twice_waits_once()
    {
        await PutAsync("1");
        await PutAsync("1");
        Assert.Single(await _store.Outbox.TakeAsync(10, Hide, None));
    }

    [Fact]
    public async Task Events_outlive_their_upload()
    {
        await PutAsync("1");
        await _store.Uploads.DeleteAsync(_record.Id, None);
        Assert.Single(await _store.Outbox.TakeAsync(10, Hide, None));
    }

    private async Task PutAsync(string id) =>
        Assert.Equal(StoreOutcome.Written, await _store.Uploads.UpdateAsync(_record, _lease, Durability.Process, Event(id), None));

    private OutboxEvent Event(string id) => new(id, "upload.done", _record.Id, """{"id":"x"}""", _record.Created);
}

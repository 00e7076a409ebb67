using Sluice.Checkpoints;
using Sluice.Errors;
using Xunit;

namespace Sluice.Conformance.Checkpoints;

/// <summary>What every store of uploads does.</summary>
public abstract class UploadStoreContract<TWorld> : IAsyncLifetime
    where TWorld : StoreWorld, new()
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly TWorld _world = new();

    private ICheckpointStore _store = null!;

    public async ValueTask InitializeAsync() => _store = await _world.OpenAsync();

    public async ValueTask DisposeAsync()
    {
        await _world.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_record_is_read_as_it_was_written()
    {
        var record = Sample.Finished(Sample.Record(1));
        await _store.Uploads.CreateAsync(record, None);

        Assert.Equal(record, await _store.Uploads.FindAsync(record.Id, None));
        Assert.Equal(record, await (await _world.OpenAsync()).Uploads.FindAsync(record.Id, None));
        Assert.Null(await _store.Uploads.FindAsync(Sample.Id(2), None));
    }

    [Fact]
    public async Task A_record_with_nothing_but_the_least_is_read_as_it_was_written()
    {
        var record = Sample.Record(1, generation: 0) with { ContentType = null, Caption = null, Source = null, Target = UploadTarget.None };
        await _store.Uploads.CreateAsync(record, None);

        Assert.Equal(record, await _store.Uploads.FindAsync(record.Id, None));
    }

    [Fact]
    public async Task A_second_create_of_the_same_id_throws_and_changes_nothing()
    {
        var record = Sample.Record(1);
        await _store.Uploads.CreateAsync(record, None);

        await Assert.ThrowsAsync<InvalidOperationException>(async () => await _store.Uploads.CreateAsync(record with { Name = "other" }, None));

        Assert.Equal(record, await _store.Uploads.FindAsync(record.Id, None));
    }

    [Fact]
    public async Task A_call_that_is_cancelled_beforehand_takes_no_effect()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await _store.Uploads.CreateAsync(Sample.Record(1), cancelled.Token));

        Assert.Null(await _store.Uploads.FindAsync(Sample.Id(1), None));
    }

    [Fact]
    public async Task An_update_under_the_lease_replaces_the_record()
    {
        var (record, lease) = await Sample.BeginAsync(_store);
        var finished = Sample.Finished(record);

        Assert.Equal(StoreOutcome.Written, await _store.Uploads.UpdateAsync(finished, lease, Durability.Power, null, None));

        Assert.Equal(finished, await _store.Uploads.FindAsync(record.Id, None));
    }

    [Fact]
    public async Task Rows_are_read_back_by_number_and_a_row_written_again_replaces_the_first()
    {
        var (record, lease) = await Sample.BeginAsync(_store);
        await _store.Uploads.AddPartsAsync(record.Id, lease, 1, [Sample.Row(3), Sample.Row(1)], None);
        Assert.Equal(StoreOutcome.Written, await _store.Uploads.AddPartsAsync(record.Id, lease, 1, [Sample.Row(2), Sample.Row(3, seed: 9)], None));

        var rows = await _store.Uploads.PartsAsync(record.Id, 1, None);

        Assert.Equal([Sample.Text(Sample.Row(1)), Sample.Text(Sample.Row(2)), Sample.Text(Sample.Row(3, seed: 9))], rows.Select(Sample.Text));
        Assert.Empty(await _store.Uploads.PartsAsync(record.Id, 2, None));
        Assert.Empty(await _store.Uploads.PartsAsync(Sample.Id(9), 1, None));
    }

    [Fact]
    public async Task A_row_of_another_generation_than_the_call_is_a_bug()
    {
        var (record, lease) = await Sample.BeginAsync(_store);

        await Assert.ThrowsAsync<ArgumentException>(async () => await _store.Uploads.AddPartsAsync(record.Id, lease, 1, [Sample.Row(1), Sample.Row(2, generation: 2)], None));

        Assert.Empty(await _store.Uploads.PartsAsync(record.Id, 1, None));
    }

    [Fact]
    public async Task A_new_generation_takes_the_old_rows_away_in_the_same_step()
    {
        var (record, lease) = await Sample.BeginAsync(_store);
        await _store.Uploads.AddPartsAsync(record.Id, lease, 1, [Sample.Row(1), Sample.Row(2)], None);

        var next = record with { Generation = Sample.Generation(2) };
        Assert.Equal(StoreOutcome.Written, await _store.Uploads.UpdateAsync(next, lease, Durability.Power, null, None));

        Assert.Empty(await _store.Uploads.PartsAsync(record.Id, 1, None));
        Assert.Equal(StoreOutcome.Written, await _store.Uploads.AddPartsAsync(record.Id, lease, 2, [Sample.Row(1, 2)], None));
        Assert.Equal([Sample.Text(Sample.Row(1, 2))], (await _store.Uploads.PartsAsync(record.Id, 2, None)).Select(Sample.Text));
    }

    [Fact]
    public async Task An_update_within_a_generation_keeps_its_rows()
    {
        var (record, lease) = await Sample.BeginAsync(_store);
        await _store.Uploads.AddPartsAsync(record.Id, lease, 1, [Sample.Row(1)], None);

        await _store.Uploads.UpdateAsync(record with { State = UploadState.Finishing }, lease, Durability.Process, null, None);

        Assert.Single(await _store.Uploads.PartsAsync(record.Id, 1, None));
    }

    [Fact]
    public async Task Rows_of_another_generation_are_stale()
    {
        var (record, lease) = await Sample.BeginAsync(_store, generation: 2);

        Assert.Equal(StoreOutcome.Stale, await _store.Uploads.AddPartsAsync(record.Id, lease, 1, [Sample.Row(1, 1)], None));
        Assert.Equal(StoreOutcome.Stale, await _store.Uploads.AddPartsAsync(record.Id, lease, 3, [Sample.Row(1, 3)], None));

        Assert.Empty(await _store.Uploads.PartsAsync(record.Id, 1, None));
        Assert.Empty(await _store.Uploads.PartsAsync(record.Id, 3, None));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(0)]
    public async Task A_generation_never_goes_down(int lower)
    {
        var (record, lease) = await Sample.BeginAsync(_store, generation: 2);

        var outcome = await _store.Uploads.UpdateAsync(Sample.Record(1, lower), lease, Durability.Process, new("e", "upload.done", record.Id, "{}", record.Created), None);

        Assert.Equal(StoreOutcome.Stale, outcome);
        Assert.Equal(record, await _store.Uploads.FindAsync(record.Id, None));
        Assert.Empty(await _store.Outbox.TakeAsync(9, TimeSpan.Zero, None));
    }

    [Fact]
    public async Task Records_are_listed_the_last_created_first_in_pages()
    {
        for (var i = 1; i <= 5; i++)
        {
            await _store.Uploads.CreateAsync(Sample.Record(i), None);
        }

        var first = await _store.Uploads.ListAsync(new(Limit: 2), None);
        await _store.Uploads.CreateAsync(Sample.Record(6), None);
        await _store.Uploads.DeleteAsync(Sample.Id(4), None);
        var second = await _store.Uploads.ListAsync(new(Limit: 2, Cursor: first.NextCursor), None);
        var third = await _store.Uploads.ListAsync(new(Limit: 2, Cursor: second.NextCursor), None);

        Assert.Equal([Sample.Id(5), Sample.Id(4)], first.Records.Select(record => record.Id));
        Assert.Equal([Sample.Id(3), Sample.Id(2)], second.Records.Select(record => record.Id));
        Assert.Equal([Sample.Id(1)], third.Records.Select(record => record.Id));
        Assert.Null(third.NextCursor);
    }

    [Fact]
    public async Task A_page_that_ends_with_the_last_record_has_no_next()
    {
        await _store.Uploads.CreateAsync(Sample.Record(1), None);
        await _store.Uploads.CreateAsync(Sample.Record(2), None);

        Assert.Null((await _store.Uploads.ListAsync(new(Limit: 2), None)).NextCursor);
    }

    [Fact]
    public async Task A_list_can_be_of_one_owner_and_of_some_states()
    {
        await _store.Uploads.CreateAsync(Sample.Record(1, owner: "ann", state: UploadState.Done), None);
        await _store.Uploads.CreateAsync(Sample.Record(2, owner: "ann", state: UploadState.Waiting), None);
        await _store.Uploads.CreateAsync(Sample.Record(3, owner: "bob", state: UploadState.Done), None);
        await _store.Uploads.CreateAsync(Sample.Record(4, owner: "ann", state: UploadState.Interrupted), None);

        Assert.Equal([Sample.Id(4), Sample.Id(2), Sample.Id(1)], await IdsAsync(new(Owner: "ann")));
        Assert.Equal([Sample.Id(3), Sample.Id(1)], await IdsAsync(new(States: [UploadState.Done])));
        Assert.Equal([Sample.Id(4), Sample.Id(1)], await IdsAsync(new(Owner: "ann", States: [UploadState.Done, UploadState.Interrupted])));
        Assert.Empty(await IdsAsync(new(States: [])));
        Assert.Empty(await IdsAsync(new(Owner: "eve")));
    }

    [Fact]
    public async Task The_list_follows_updates_of_state()
    {
        var (record, lease) = await Sample.BeginAsync(_store);
        await _store.Uploads.UpdateAsync(record with { State = UploadState.Interrupted }, lease, Durability.Process, null, None);

        Assert.Equal([record.Id], await IdsAsync(new(States: [UploadState.Interrupted])));
        Assert.Empty(await IdsAsync(new(States: [UploadState.Transferring])));
    }

    [Fact]
    public async Task The_newest_record_of_a_source_is_found()
    {
        await _store.Uploads.CreateAsync(Sample.Record(1, sourceKey: "s"), None);
        await _store.Uploads.CreateAsync(Sample.Record(2, sourceKey: "s"), None);
        await _store.Uploads.CreateAsync(Sample.Record(3, sourceKey: "t"), None);

        Assert.Equal(Sample.Id(2), (await _store.Uploads.FindBySourceAsync("s", None))?.Id);
        Assert.Null(await _store.Uploads.FindBySourceAsync("u", None));
    }

    [Fact]
    public async Task Delete_takes_rows_tail_and_lease_with_it()
    {
        var (record, lease) = await Sample.BeginAsync(_store);
        await _store.Uploads.AddPartsAsync(record.Id, lease, 1, [Sample.Row(1)], None);
        await _store.Tails.WriteAsync(record.Id, lease, new(1, Sample.PartSize, Sample.Bytes(10, 1)), None);

        Assert.True(await _store.Uploads.DeleteAsync(record.Id, None));

        Assert.False(await _store.Uploads.DeleteAsync(record.Id, None));
        Assert.Null(await _store.Uploads.FindAsync(record.Id, None));
        Assert.Null(await _store.Tails.ReadAsync(record.Id, None));
        Assert.Equal(LeaseRenewal.Lost, await _store.Leases.RenewAsync(lease, Sample.LeaseTime, None));
        Assert.Equal(StoreOutcome.Missing, await _store.Uploads.UpdateAsync(record, lease, Durability.Process, null, None));
        await _store.Uploads.CreateAsync(record, None);
        Assert.Empty(await _store.Uploads.PartsAsync(record.Id, 1, None));
    }

    [Fact]
    public async Task A_record_of_a_newer_version_is_refused_by_itself()
    {
        await _store.Uploads.CreateAsync(Sample.Record(1), None);
        await _store.Uploads.CreateAsync(Sample.Record(2, sourceKey: "s") with { Version = UploadRecord.CurrentVersion + 1 }, None);
        var lease = await Sample.LeaseAsync(_store, 2);

        foreach (var call in new Func<Task>[]
        {
            async () => await _store.Uploads.FindAsync(Sample.Id(2), None),
            async () => await _store.Uploads.FindBySourceAsync("s", None),
            async () => await _store.Uploads.UpdateAsync(Sample.Record(2), lease, Durability.Process, null, None),
            async () => await _store.Uploads.AddPartsAsync(Sample.Id(2), lease, 1, [Sample.Row(1)], None),
            async () => await _store.Tails.WriteAsync(Sample.Id(2), lease, new(1, 0, Sample.Bytes(1, 1)), None),
        })
        {
            var error = (await Assert.ThrowsAsync<SluiceException>(call)).Error;
            Assert.Equal(ErrorCodes.StateNewer, error.Code);
            Assert.Contains(Sample.Id(2), error.Message, StringComparison.Ordinal);
        }

        var page = await _store.Uploads.ListAsync(new(States: [UploadState.Transferring]), None);
        Assert.Equal([Sample.Id(1)], page.Records.Select(record => record.Id));
        var unreadable = Assert.Single(page.Unreadable);
        Assert.Equal((Sample.Id(2), ErrorCodes.StateNewer), (unreadable.Id, unreadable.Error.Code));
        Assert.Single((await _store.Uploads.ListAsync(new(States: [UploadState.Done]), None)).Unreadable);

        Assert.True(await _store.Uploads.DeleteAsync(Sample.Id(2), None));
        Assert.Empty((await _store.Uploads.ListAsync(new(), None)).Unreadable);
    }

    [Fact]
    public async Task Records_are_counted_by_state()
    {
        Assert.Empty(await _store.Uploads.CountAsync(null, None));
        await _store.Uploads.CreateAsync(Sample.Record(1), None);
        await _store.Uploads.CreateAsync(Sample.Record(2), None);
        await _store.Uploads.CreateAsync(Sample.Finished(Sample.Record(3)), None);
        await _store.Uploads.CreateAsync(Sample.Record(4) with { State = UploadState.Failed }, None);
        await _store.Uploads.CreateAsync(Sample.Record(5) with { Version = UploadRecord.CurrentVersion + 1 }, None);
        Dictionary<UploadState, int> expected = new() { [Sample.Record(1).State] = 2, [UploadState.Done] = 1, [UploadState.Failed] = 1 };
        Assert.Equivalent(expected, await _store.Uploads.CountAsync(null, None), strict: true);
        Assert.Equivalent(expected, await _store.Uploads.CountAsync(TimeSpan.FromHours(24), None), strict: true);
        _world.Time.Advance(TimeSpan.FromHours(24) + TimeSpan.FromTicks(1));
        Assert.Empty(await _store.Uploads.CountAsync(TimeSpan.FromHours(24), None));
        Assert.Equivalent(expected, await _store.Uploads.CountAsync(null, None), strict: true);

        await _store.Uploads.DeleteAsync(Sample.Id(1), None);
        await _store.Uploads.DeleteAsync(Sample.Id(3), None);
        var left = await _store.Uploads.CountAsync(null, None);
        Assert.Equal((1, 0, 1), (left[Sample.Record(1).State], left.GetValueOrDefault(UploadState.Done), left[UploadState.Failed]));
    }

    [Fact]
    public async Task Two_stores_write_to_one_state_at_once_and_nothing_is_lost()
    {
        var other = await _world.OpenAsync();
        var (first, firstLease) = await Sample.BeginAsync(_store, 1);
        var (second, secondLease) = await Sample.BeginAsync(other, 2);

        await Task.WhenAll(Enumerable.Range(1, 100).SelectMany(number => new[]
        {
            _store.Uploads.AddPartsAsync(first.Id, firstLease, 1, [Sample.Row(number)], None).AsTask(),
            other.Uploads.AddPartsAsync(second.Id, secondLease, 1, [Sample.Row(number)], None).AsTask(),
        }));

        Assert.Equal(Enumerable.Range(1, 100), (await other.Uploads.PartsAsync(first.Id, 1, None)).Select(row => row.Number));
        Assert.Equal(Enumerable.Range(1, 100), (await _store.Uploads.PartsAsync(second.Id, 1, None)).Select(row => row.Number));
    }

    private async Task<List<string>> IdsAsync(UploadQuery query) => [.. (await _store.Uploads.ListAsync(query, None)).Records.Select(record => record.Id)];
}

using Sluice.Checkpoints;
using Xunit;

namespace Sluice.Conformance.Checkpoints;

/// <summary>When records go by themselves.</summary>
public abstract class ExpiryContract<TWorld> : IAsyncLifetime
    where TWorld : StoreWorld, new()
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly TimeSpan Setting = TimeSpan.FromHours(2);
    private static readonly TimeSpan Day = TimeSpan.FromHours(24);

    private static readonly Func<UploadRecord, OutboxEvent?> Untold = static _ => null;

    private readonly TWorld _world = new();

    private ICheckpointStore _store = null!;

    public async ValueTask InitializeAsync() => _store = await _world.OpenAsync();

    public async ValueTask DisposeAsync()
    {
        await _world.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_record_goes_when_it_did_not_change_for_longer_than_the_setting()
    {
        await _store.Uploads.CreateAsync(Sample.Record(1, state: UploadState.Interrupted), None);

        _world.Time.Advance(Setting);
        Assert.Empty(await _store.Uploads.DeleteExpiredAsync(Setting, Day, Untold, None));
        _world.Time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal([Sample.Id(1)], await _store.Uploads.DeleteExpiredAsync(Setting, Day, Untold, None));

        Assert.Null(await _store.Uploads.FindAsync(Sample.Id(1), None));
    }

    [Fact]
    public async Task A_done_record_lives_its_own_time_whatever_the_setting()
    {
        await _store.Uploads.CreateAsync(Sample.Record(1, state: UploadState.Done), None);

        _world.Time.Advance(Day);
        Assert.Empty(await _store.Uploads.DeleteExpiredAsync(Setting, Day, Untold, None));
        _world.Time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal([Sample.Id(1)], await _store.Uploads.DeleteExpiredAsync(TimeSpan.FromDays(7), Day, Untold, None));
    }

    [Fact]
    public async Task What_is_held_never_goes_and_what_was_held_by_a_dead_or_late_holder_does()
    {
        for (var i = 1; i <= 3; i++)
        {
            await _store.Uploads.CreateAsync(Sample.Record(i), None);
        }

        _world.Time.Advance(Setting * 2);
        await Sample.LeaseAsync(_store, 1, "alive");
        await Sample.LeaseAsync(_store, 2, "dead");
        await _store.Leases.AcquireAsync(LeaseKeys.Upload(Sample.Id(3)), "late", TimeSpan.FromSeconds(1), null, None);
        _world.Dead.Bury("dead");
        _world.Time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal([Sample.Id(2), Sample.Id(3)], await _store.Uploads.DeleteExpiredAsync(Setting, Day, Untold, None));
    }

    [Fact]
    public async Task Rows_and_updates_put_it_off()
    {
        var (record, lease) = await Sample.BeginAsync(_store);
        _world.Time.Advance(Setting);
        await _store.Uploads.AddPartsAsync(record.Id, lease, 1, [Sample.Row(1)], None);
        _world.Time.Advance(Setting);
        await _store.Uploads.UpdateAsync(record, lease, Durability.Process, null, None);
        _world.Time.Advance(Setting);
        await _store.Tails.WriteAsync(record.Id, lease, new(1, 0, Sample.Bytes(1, 1)), None);
        await _store.Leases.ReleaseAsync(lease, None);
        _world.Time.Advance(Setting);

        Assert.Empty(await _store.Uploads.DeleteExpiredAsync(Setting, Day, Untold, None));
    }

    [Fact]
    public async Task What_goes_is_told_in_the_same_step_and_what_stays_is_not()
    {
        await _store.Uploads.CreateAsync(Sample.Record(1, state: UploadState.Interrupted), None);
        await _store.Uploads.CreateAsync(Sample.Record(2, state: UploadState.Done), None);
        _world.Time.Advance(Setting + TimeSpan.FromTicks(1));
        await _store.Uploads.CreateAsync(Sample.Record(3), None);

        Assert.Equal([Sample.Id(1)], await _store.Uploads.DeleteExpiredAsync(Setting, Day, Told, None));
        var told = Assert.Single(await _store.Outbox.TakeAsync(9, TimeSpan.FromMinutes(1), None));
        Assert.Equal((Sample.Id(1), "Interrupted", 1), (told.UploadId, told.Payload, told.Tries));
        Assert.Empty(await _store.Uploads.DeleteExpiredAsync(Setting, Day, Told, None));

        // Nothing to tell is nothing told, and the record goes all the same.
        _world.Time.Advance(Day);
        Assert.Equal([Sample.Id(2), Sample.Id(3)], await _store.Uploads.DeleteExpiredAsync(Setting, Day, Untold, None));
        await _store.Outbox.DoneAsync(told.Id, None);
        Assert.Empty(await _store.Outbox.TakeAsync(9, TimeSpan.FromMinutes(1), None));
    }

    [Fact]
    public async Task An_event_that_cannot_be_made_leaves_the_record()
    {
        await _store.Uploads.CreateAsync(Sample.Record(1), None);
        _world.Time.Advance(Setting * 2);

        await Assert.ThrowsAsync<InvalidOperationException>(async () => await _store.Uploads.DeleteExpiredAsync(Setting, Day, static _ => throw new InvalidOperationException("no event"), None));
        Assert.NotNull(await _store.Uploads.FindAsync(Sample.Id(1), None));
    }

    [Fact]
    public async Task A_newer_version_s_record_is_left_to_that_version()
    {
        await _store.Uploads.CreateAsync(Sample.Record(1) with { Version = UploadRecord.CurrentVersion + 1 }, None);
        _world.Time.Advance(TimeSpan.FromDays(30));

        Assert.Empty(await _store.Uploads.DeleteExpiredAsync(Setting, Day, Untold, None));
    }

    private static OutboxEvent Told(UploadRecord record) => new($"{record.Id}-expired", "upload.expired", record.Id, record.State.ToString(), record.Created);
}

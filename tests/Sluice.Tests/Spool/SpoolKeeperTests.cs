using Sluice.Buffers;
using Sluice.Checkpoints;
using Sluice.Errors;
using Sluice.Spool;
using Sluice.Tests.Resilience;
using Xunit;

namespace Sluice.Tests.Spool;

/// <summary>Files without an owner go, everything else stays; and who stands still makes room, and says so.</summary>
public sealed class SpoolKeeperTests
{
    private static CancellationToken None => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_file_that_no_record_names_goes_and_one_that_a_record_names_stays()
    {
        using var world = new SpoolKeeperFixture();
        world.Leave("orphan");
        world.Leave("named");
        await world.RecordAsync("named");
        Assert.Equal(1, await world.Keeper.RemoveOrphansAsync(None));
        Assert.False(world.Files.IsThere("orphan"));
        Assert.True(world.Files.IsThere("named"));
    }

    [Fact]
    public async Task What_another_process_has_open_stays_without_a_record_too()
    {
        using var world = new SpoolKeeperFixture();
        var gathering = world.Stay("gathering", keeper: world.Other);
        Assert.Equal(0, await world.Keeper.RemoveOrphansAsync(None));
        Assert.True(world.Files.IsThere("gathering"));

        // kill -9: the lock ends with the process, and the file has neither owner nor record.
        gathering.File.Dispose();
        Assert.Equal(1, await world.Keeper.RemoveOrphansAsync(None));
        Assert.False(world.Files.IsThere("gathering"));
    }

    [Fact]
    public async Task A_done_uploads_file_and_a_beginning_without_a_mark_go_and_strangers_stay()
    {
        using var world = new SpoolKeeperFixture();
        world.Leave("done");
        await world.RecordAsync("done", UploadState.Done);
        world.Leave("stream");
        await world.RecordAsync("stream", kind: "stream");
        await File.WriteAllBytesAsync(world.Files.Path("torn"), [1, 2, 3], None);
        var strange = Path.Combine(world.Files.State, "spool", "holiday photos.spool");
        await File.WriteAllTextAsync(strange, "mine", None);
        Assert.Equal(3, await world.Keeper.RemoveOrphansAsync(None));
        Assert.Equal([strange], Directory.GetFiles(Path.GetDirectoryName(strange)!));
    }

    [Fact]
    public async Task Files_of_records_in_memory_stay_while_their_process_lives_and_go_with_it()
    {
        using var world = new SpoolKeeperFixture(diesWithProcess: true);
        var stay = world.Stay("u1");
        stay.IsRecorded = true;
        stay.Dispose();
        await world.RecordAsync("u1");

        // Another process with a store of its own knows nothing of that record.
        var stranger = new SpoolKeeper(world.Other.Folder, new Checkpoints.InMemory.InMemoryCheckpointStore(world.Time), "c", new LeaseOptions(), world.Time, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        Assert.Equal(0, await stranger.RemoveOrphansAsync(None));
        Assert.Equal(0, await world.Keeper.RemoveOrphansAsync(None));

        var again = world.Keeper.Folder.Open("u1").Stay!;
        Assert.Equal(1000, again.File.Length);
        again.Dispose();
        Assert.True(world.Files.IsThere("u1"));
        world.Keeper.Folder.Dispose();
        Assert.False(world.Files.IsThere("u1"));
    }

    [Fact]
    public async Task Uploads_that_stand_still_make_room_the_longest_still_first_and_their_records_say_so()
    {
        using var world = new SpoolKeeperFixture(maxBytes: 100_000);
        foreach (var id in new[] { "old", "middle", "new" })
        {
            world.Leave(id, 30_000 - (int)SpoolMark.DataOffset);
            await world.RecordAsync(id);
            world.Time.Advance(TimeSpan.FromMinutes(1));
        }

        using var space = await world.Keeper.ReserveAsync(Place("u1"), 60_000, () => Assert.Fail("It waits."), None);
        Assert.NotNull(space);
        Assert.Equal([false, false, true], new[] { "old", "middle", "new" }.Select(world.Files.IsThere));
        var old = await world.Store.Uploads.FindAsync("old", None);
        Assert.Equal((UploadState.Failed, ErrorCodes.SourceMissing), (old!.State, old.Error!.Code));
        Assert.Equal(UploadState.Interrupted, (await world.Store.Uploads.FindAsync("new", None))!.State);
    }

    [Fact]
    public async Task None_goes_in_vain_none_that_is_moved_goes_and_none_whose_lease_another_has()
    {
        using var world = new SpoolKeeperFixture(maxBytes: 100_000);
        world.Leave("still", 20_000);
        await world.RecordAsync("still");
        world.Leave("leased", 20_000);
        await world.RecordAsync("leased");
        Assert.NotNull((await world.Store.Leases.AcquireAsync(LeaseKeys.Upload("leased"), "z", TimeSpan.FromHours(1), null, None)).Lease);
        using var moved = world.Stay("moved", 20_000, world.Other);
        await world.RecordAsync("moved");

        using var grown = world.Keeper.Folder.Space().TryAcquire(Place("u1"), 1)!;
        Assert.False(await world.Keeper.GrowAsync(grown, 90_000, None));
        Assert.True(world.Files.IsThere("still"));

        Assert.True(await world.Keeper.GrowAsync(grown, 30_000, None));
        Assert.False(world.Files.IsThere("still"));
        Assert.True(world.Files.IsThere("leased"));
        Assert.True(world.Files.IsThere("moved"));
    }

    [Fact]
    public async Task A_wait_sees_what_other_processes_give_back_and_ends_after_a_minute()
    {
        using var world = new SpoolKeeperFixture(maxBytes: 100_000);
        var theirs = world.Stay("theirs", 80_000, world.Other);
        var waits = 0;
        var waiting = world.Keeper.ReserveAsync(Place("u1"), 60_000, () => waits++, None).AsTask();
        await Virtual.Until(() => waits == 1, "one waits");
        theirs.Forget();
        await AdvanceUntilAsync(world, waiting);
        using var mine = await waiting;
        Assert.NotNull(mine);

        var never = world.Keeper.ReserveAsync(Place("u2"), 60_000, () => waits++, None).AsTask();
        await Virtual.Until(() => waits == 2, "it waits again");
        var begun = world.Time.GetTimestamp();
        await AdvanceUntilAsync(world, never);
        Assert.Null(await never);
        Assert.InRange(world.Time.GetElapsedTime(begun), SpoolConstants.LongestWait, SpoolConstants.LongestWait + SpoolConstants.LookAgain);
        Assert.Equal(60_000, world.Keeper.Folder.Space().ReservedBytes);
    }

    [Fact]
    public async Task A_wait_that_is_cancelled_gives_nothing_and_keeps_nothing()
    {
        using var world = new SpoolKeeperFixture(maxBytes: 100_000);
        using var all = world.Keeper.Folder.Space().TryAcquire(Place("u1"), 100_000)!;
        using var stop = new CancellationTokenSource();
        var waiting = world.Keeper.ReserveAsync(Place("u2"), 10, static () => { }, stop.Token).AsTask();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Equal((100_000, 0), (world.Keeper.Folder.Space().ReservedBytes, world.Keeper.Folder.Space().Waiting));
    }

    [Fact]
    public async Task A_full_disk_turns_staging_off_until_there_is_room_and_a_broken_one_for_good()
    {
        using var world = new SpoolKeeperFixture();
        var folder = world.Keeper.Folder;
        folder.Health.Failed(new SpoolOutcome(SpoolStatus.DiskFull, "full"));
        Assert.Equal(ErrorCodes.DiskFull, folder.Refusal()!.Code);
        Assert.Equal("full", folder.Snapshot().Off);
        world.Files.Volume = new SpoolVolume(1 << 20, "ext4", IsDisk: true);
        await world.Keeper.RemoveOrphansAsync(None);
        Assert.NotNull(folder.Refusal());
        world.Files.Volume = new SpoolVolume(1L << 30, "ext4", IsDisk: true);
        await world.Keeper.RemoveOrphansAsync(None);
        Assert.Null(folder.Refusal());

        folder.Health.Failed(new SpoolOutcome(SpoolStatus.Failed, "input/output error"));
        folder.Health.Failed(new SpoolOutcome(SpoolStatus.DiskFull, "full"));
        await world.Keeper.RemoveOrphansAsync(None);
        Assert.Contains("input/output error", folder.Refusal()!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_limit_is_the_setting_or_what_the_disk_has_for_a_command_and_a_share_for_a_server()
    {
        using var set = new SpoolKeeperFixture(maxBytes: 123);
        using var command = new SpoolKeeperFixture(wholeDisk: true);
        using var server = new SpoolKeeperFixture();
        Assert.Equal(123, set.Keeper.Folder.Space().Limit);
        Assert.Equal(95L << 30, command.Keeper.Folder.Space().Limit);
        Assert.Equal(1L << 30, server.Keeper.Folder.Space().Limit);
    }

    [Fact]
    public void Memory_and_network_count_as_no_disk_unless_the_setting_says_how_much()
    {
        using var world = new SpoolKeeperFixture();
        world.Files.Volume = new SpoolVolume(8L << 30, "tmpfs", IsDisk: false);
        Assert.Contains("tmpfs", world.Keeper.Folder.Refusal()!.Message, StringComparison.Ordinal);
        using var forced = new SpoolKeeperFixture(maxBytes: 1 << 20);
        forced.Files.Volume = world.Files.Volume;
        Assert.Null(forced.Keeper.Folder.Refusal());
    }

    private static LinePlace Place(string upload) => new(upload, accepted: true);

    private static async Task AdvanceUntilAsync(SpoolKeeperFixture world, Task ended)
    {
        for (var second = 0; second < 70 && !ended.IsCompleted; second++)
        {
            world.Time.Advance(TimeSpan.FromSeconds(1));
            for (var i = 0; i < 1_000 && !ended.IsCompleted; i++)
            {
                await Task.Yield();
            }
        }
    }
}

using CsCheck;
using Sluice.Buffers;
using Sluice.Diagnostics;
using Sluice.Errors;
using Sluice.Spool;
using Sluice.Tests.Resilience;
using Sluice.Transfer;
using Xunit;

namespace Sluice.Tests.Spool;

/// <summary>A stream of known length with Spool:Keep all: kept where that can be, and otherwise gone on with, without losing a byte.</summary>
public sealed class KeptStreamTests
{
    private const string Id = "u1";

    private static CancellationToken None => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_takes_all_its_space_at_once_and_is_kept()
    {
        using var world = World();
        var bytes = SpoolFolderFixture.Bytes(700_000);
        await using (var source = await OpenAsync(world, bytes))
        {
            Assert.True(source.CanReread);
            Assert.Equal("spool", source.Identity.Kind);
            Assert.Equal(bytes.Length, world.Keeper.Folder.Space().ReservedBytes);
            Assert.Equal(bytes, await StagedUploadSourceTests.AllAsync(source));
            source.Recorded();
        }

        Assert.True(world.Files.IsThere(Id));
    }

    [Fact]
    public async Task With_keep_auto_it_goes_through_memory()
    {
        using var world = World();
        world.Options.Spool.Keep = SpoolKeep.Auto;
        await using var source = await OpenAsync(world, [1, 2, 3]);
        Assert.False(source.CanReread);
        Assert.False(world.Files.IsThere(Id));
    }

    [Fact]
    public async Task A_disk_that_is_full_in_the_middle_loses_no_byte() => await Gen.Select(Gen.Int[1, 400_000], Gen.Int[0, 400_000], Gen.Int[1, 100_000]).SampleAsync(static async (length, room, page) =>
    {
        using var world = World();
        var bytes = SpoolFolderFixture.Bytes(length);
        world.Files.Disk.Room = (2 * SpoolMark.SlotSize) + room;
        await using var source = await OpenAsync(world, bytes);
        Assert.Equal(room < length, !source.CanReread);
        Assert.Equal(length, source.Length);
        var got = new byte[length];
        var buffer = new byte[page];
        for (var at = 0; at < length;)
        {
            var read = await source.ReadAsync(at, buffer, None);
            Assert.InRange(read, 1, Math.Min(page, length - at));
            buffer.AsSpan(0, read).CopyTo(got.AsSpan(at));
            at += read;
        }

        Assert.Equal(bytes, got);
        Assert.Equal(0, await source.ReadAsync(length, buffer, None));
    }, iter: 200, threads: 1);

    [Fact]
    public async Task The_live_rest_is_read_once_and_in_order_and_the_beginning_again()
    {
        using var world = World();
        var bytes = SpoolFolderFixture.Bytes(400_000);
        var stay = world.Stay(Id, 1000);
        var source = new PrefixedByteSource(stay, bytes.AsMemory(1000, 500), new StreamThatStops(bytes[1500..]), bytes.Length, "here");
        await using (source)
        {
            var buffer = new byte[2000];
            Assert.Equal(2000, await source.ReadAsync(0, buffer, None));
            Assert.Equal(bytes.AsSpan(1000, 1000).ToArray(), buffer.AsSpan(1000).ToArray());
            Assert.Equal(1400, await source.ReadAsync(100, buffer.AsMemory(0, 1400), None));
            var error = await Assert.ThrowsAsync<SluiceException>(async () => await source.ReadAsync(1600, buffer, None));
            Assert.Equal(ErrorCodes.Interrupted, error.Error.Code);
            Assert.Equal(2000, await source.ReadAsync(2000, buffer, None));
            Assert.Equal(bytes.AsSpan(2000, 2000).ToArray(), buffer);
        }

        Assert.False(world.Files.IsThere(Id));
    }

    [Fact]
    public async Task A_disk_that_cannot_say_it_has_the_bytes_ends_it()
    {
        using var world = World();
        world.Files.Disk.FailsSyncs = true;
        var error = await Assert.ThrowsAsync<SluiceException>(async () => await OpenAsync(world, [1, 2, 3]));
        Assert.Equal(ErrorCodes.SourceMissing, error.Error.Code);
        Assert.False(world.Files.IsThere(Id));
    }

    [Fact]
    public async Task Where_the_spool_has_no_room_for_it_it_goes_through_memory()
    {
        using var world = World(maxBytes: 1000);
        await using (var large = await OpenAsync(world, SpoolFolderFixture.Bytes(1001)))
        {
            Assert.False(large.CanReread);
            Assert.Equal(1001, (await StagedUploadSourceTests.AllAsync(large)).Length);
        }

        using var memory = World();
        memory.Files.Volume = new SpoolVolume(8L << 30, "tmpfs", IsDisk: false);
        await using var source = await OpenAsync(memory, [1]);
        Assert.False(source.CanReread);
    }

    [Fact]
    public async Task A_wait_for_room_has_a_name()
    {
        using var world = World(maxBytes: 1000);
        var others = world.Keeper.Folder.Space().TryAcquire(new LinePlace("x", accepted: true), 500)!;
        var opening = OpenAsync(world, SpoolFolderFixture.Bytes(600)).AsTask();
        await Virtual.Until(() => world.Waits.Count > 0, "it waits");
        Assert.Equal([WaitReason.Spool], world.Waits);
        others.Dispose();
        await using var source = await opening;
        Assert.True(source.CanReread);
        Assert.Equal([WaitReason.Spool, WaitReason.Client], world.Waits);
    }

    [Fact]
    public async Task A_stream_that_is_shorter_than_was_said_fails()
    {
        using var world = World();
        var error = await Assert.ThrowsAsync<SluiceException>(async () => await new StreamUploadSource(new MemoryStream([1, 2, 3]), 4).OpenAsync(world.Context(), None));
        Assert.Equal(ErrorCodes.SourceChanged, error.Error.Code);
        Assert.False(world.Files.IsThere(Id));
    }

    private static SpoolKeeperFixture World(long maxBytes = 0)
    {
        var world = new SpoolKeeperFixture(maxBytes);
        world.Options.Spool.Keep = SpoolKeep.All;
        return world;
    }

    private static ValueTask<IByteSource> OpenAsync(SpoolKeeperFixture world, byte[] bytes) => new StreamUploadSource(new StreamThatStops(bytes), bytes.Length).OpenAsync(world.Context(), None);
}

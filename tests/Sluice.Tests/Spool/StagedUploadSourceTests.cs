using Sluice.Diagnostics;
using Sluice.Errors;
using Sluice.Spool;
using Sluice.Transfer;
using Xunit;

namespace Sluice.Tests.Spool;

public sealed class StagedUploadSourceTests
{
    private const string Id = "u1";

    private static CancellationToken None => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_stream_is_gathered_synced_counted_and_read_again_from_anywhere()
    {
        using var world = new SpoolKeeperFixture();
        var bytes = SpoolFolderFixture.Bytes(3_000_000);
        await using (var source = await OpenAsync(world, bytes))
        {
            Assert.Equal((bytes.Length, true, false), (source.Length, source.CanReread, source.CanChange));
            Assert.Equal(("spool", SpoolPlace.NameOf(Id)), (source.Identity.Kind, source.Identity.Path));
            Assert.Equal(bytes.Length, world.Keeper.Folder.Space().ReservedBytes);
            Assert.Equal(bytes.Length, world.Keeper.Folder.Snapshot().WrittenBytes);
            Assert.True(world.Files.Disk.Syncs > 0);
            var buffer = new byte[100_000];
            foreach (var offset in new[] { 2_950_000, 0, 1_234_567 })
            {
                var read = await source.ReadAsync(offset, buffer, None);
                Assert.Equal(Math.Min(100_000, bytes.Length - offset), read);
                Assert.True(buffer.AsSpan(0, read).SequenceEqual(bytes.AsSpan(offset, read)));
            }

            source.Passed(0, 1_000_000);
            Assert.Contains((0, 1_000_000), world.Files.Disk.Dropped);
        }

        // No record named it.
        Assert.False(world.Files.IsThere(Id));
        Assert.Equal(0, world.Keeper.Folder.Space().ReservedBytes);
    }

    [Fact]
    public async Task What_a_record_names_outlives_its_source_and_is_gone_on_with()
    {
        using var world = new SpoolKeeperFixture();
        var bytes = SpoolFolderFixture.Bytes(500_000);
        await using (var source = await OpenAsync(world, bytes))
        {
            source.Recorded();
        }

        Assert.True(world.Files.IsThere(Id));
        Assert.Equal(0, world.Keeper.Folder.Space().ReservedBytes);
        Assert.InRange(world.Keeper.Folder.Space().ElsewhereBytes, bytes.Length, bytes.Length + SpoolMark.DataOffset);

        var resumed = await new SpooledUploadSource(Id, bytes.Length).OpenAsync(world.Context("other"), None);
        await using (resumed)
        {
            Assert.Equal(bytes, await AllAsync(resumed));
            var locked = await Assert.ThrowsAsync<SluiceException>(async () => await new SpooledUploadSource(Id, bytes.Length).OpenAsync(world.Context("other"), None));
            Assert.Equal(ErrorCodes.Locked, locked.Error.Code);
            await resumed.ForgetAsync();
        }

        Assert.False(world.Files.IsThere(Id));
        var gone = await Assert.ThrowsAsync<SluiceException>(async () => await new SpooledUploadSource(Id, bytes.Length).OpenAsync(world.Context("other"), None));
        Assert.Equal(ErrorCodes.SourceMissing, gone.Error.Code);
    }

    [Fact]
    public async Task A_file_that_is_not_as_long_as_its_record_says_is_refused()
    {
        using var world = new SpoolKeeperFixture();
        world.Leave(Id, 1000);
        var torn = await Assert.ThrowsAsync<SluiceException>(async () => await new SpooledUploadSource(Id, 2000).OpenAsync(world.Context(), None));
        Assert.Equal(ErrorCodes.SourceMissing, torn.Error.Code);
        Assert.Contains("1,000", torn.Message, StringComparison.Ordinal);
        Assert.True(world.Files.IsThere(Id));
    }

    [Fact]
    public async Task With_keep_none_nothing_is_kept_whatever_a_record_says()
    {
        using var world = new SpoolKeeperFixture();
        world.Options.Spool.Keep = SpoolKeep.None;
        await using (var source = await OpenAsync(world, SpoolFolderFixture.Bytes(1000)))
        {
            Assert.Equal("stream", source.Identity.Kind);
            source.Recorded();
        }

        Assert.False(world.Files.IsThere(Id));
    }

    [Fact]
    public async Task Stopped_in_a_read_that_hangs_it_ends_at_once_and_leaves_nothing()
    {
        using var world = new SpoolKeeperFixture();
        var never = new TaskCompletionSource();
        using var stop = new CancellationTokenSource();
        var stream = new StreamThatStops(SpoolFolderFixture.Bytes(300_000), never.Task);
        var opening = new StagedUploadSource(stream).OpenAsync(world.Context(), stop.Token).AsTask();
        await stream.Hanging.Task;
        Assert.True(world.Files.IsThere(Id));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => opening);
        Assert.False(world.Files.IsThere(Id));
        Assert.Equal(0, world.Keeper.Folder.Space().ReservedBytes);
        never.SetResult();
    }

    [Fact]
    public async Task More_than_the_spool_may_take_is_refused_and_both_settings_are_named()
    {
        using var world = new SpoolKeeperFixture(maxBytes: 1 << 20);
        Assert.Equal(1 << 20, (await OpenAsync(world, SpoolFolderFixture.Bytes(1 << 20), "exact")).Length);
        using var another = new SpoolKeeperFixture(maxBytes: 1 << 20);
        var error = await RefusedAsync(another, SpoolFolderFixture.Bytes((1 << 20) + 1));
        Assert.Equal(ErrorCodes.DiskFull, error.Code);
        Assert.Contains("Spool:MaxBytes is 1,048,576", error.Message, StringComparison.Ordinal);
        Assert.Contains("Spool:Directory", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1000, "plan_limit")]
    [InlineData(5L << 30, null)]
    public async Task More_than_the_workspace_takes_is_refused_while_it_is_read(long most, string? code)
    {
        using var world = new SpoolKeeperFixture();
        var bytes = SpoolFolderFixture.Bytes(1001);
        if (code is null)
        {
            await using var source = await new StagedUploadSource(new MemoryStream(bytes)).OpenAsync(world.Context(maxLength: most), None);
            Assert.Equal(1001, source.Length);
            return;
        }

        var error = await Assert.ThrowsAsync<SluiceException>(async () => await new StagedUploadSource(new MemoryStream(bytes)).OpenAsync(world.Context(maxLength: most), None));
        Assert.Equal(code, error.Error.Code.Name);
        Assert.False(world.Files.IsThere(Id));
        await using var exact = await new StagedUploadSource(new MemoryStream(bytes, 0, (int)most)).OpenAsync(world.Context(maxLength: most), None);
        Assert.Equal(most, exact.Length);
    }

    [Theory]
    [InlineData(TestDisk.NoSpace, "disk_full")]
    [InlineData(TestDisk.InputOutput, "source_missing")]
    public async Task A_disk_that_gives_up_ends_it_turns_staging_off_and_leaves_nothing(int errno, string code)
    {
        using var world = new SpoolKeeperFixture();
        (world.Files.Disk.Room, world.Files.Disk.Errno) = (1_000_000, errno);
        var error = await RefusedAsync(world, SpoolFolderFixture.Bytes(2_000_000));
        Assert.Equal(code, error.Code.Name);
        Assert.Equal(code, world.Keeper.Folder.Refusal()!.Code.Name);
        Assert.Equal(0, world.Keeper.Folder.Space().ReservedBytes);
    }

    [Fact]
    public async Task A_sync_that_fails_is_not_taken_for_bytes_on_the_disk()
    {
        using var world = new SpoolKeeperFixture();
        world.Files.Disk.FailsSyncs = true;
        Assert.Equal(ErrorCodes.SourceMissing, (await RefusedAsync(world, SpoolFolderFixture.Bytes(1000))).Code);
    }

    [Fact]
    public async Task An_input_that_breaks_off_says_so()
    {
        using var world = new SpoolKeeperFixture();
        var stream = new StreamThatStops(SpoolFolderFixture.Bytes(1000), fail: new IOException("Broken pipe"));
        var error = await Assert.ThrowsAsync<SluiceException>(async () => await new StagedUploadSource(stream).OpenAsync(world.Context(), None));
        Assert.Equal(ErrorCodes.SourceMissing, error.Error.Code);
        Assert.Contains("1,000 bytes: Broken pipe", error.Message, StringComparison.Ordinal);
        Assert.False(world.Files.IsThere(Id));
    }

    [Fact]
    public async Task Without_the_spool_nothing_can_be_staged()
    {
        using var off = new SpoolKeeperFixture();
        off.Options.Features.Spool = 0;
        Assert.Contains("Features:Spool", (await RefusedAsync(off, [1])).Message, StringComparison.Ordinal);

        using var memory = new SpoolKeeperFixture();
        memory.Files.Volume = new SpoolVolume(8L << 30, "tmpfs", IsDisk: false);
        Assert.Equal(ErrorCodes.DiskFull, (await RefusedAsync(memory, [1])).Code);
    }

    [Fact]
    public async Task It_says_what_it_waits_for()
    {
        using var world = new SpoolKeeperFixture();
        await using var source = await OpenAsync(world, [1]);
        Assert.Equal([WaitReason.Client], world.Waits);
    }

    private static ValueTask<IByteSource> OpenAsync(SpoolKeeperFixture world, byte[] bytes, string id = Id) =>
        new StagedUploadSource(new StreamThatStops(bytes)).OpenAsync(world.Context(id), None);

    private static async Task<SluiceError> RefusedAsync(SpoolKeeperFixture world, byte[] bytes)
    {
        var error = await Assert.ThrowsAsync<SluiceException>(async () => await OpenAsync(world, bytes));
        Assert.False(world.Files.IsThere(Id));
        return error.Error;
    }

    internal static async Task<byte[]> AllAsync(IByteSource source)
    {
        using var all = new MemoryStream();
        var page = new byte[64 << 10];
        int read;
        while ((read = await source.ReadAsync(all.Length, page, None)) > 0)
        {
            all.Write(page, 0, read);
        }

        return all.ToArray();
    }
}

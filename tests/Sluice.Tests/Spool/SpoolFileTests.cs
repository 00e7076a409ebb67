using Sluice.Spool;
using Xunit;

namespace Sluice.Tests.Spool;

public sealed class SpoolFileTests : IDisposable
{
    private readonly SpoolFolderFixture _fixture = new();
    private readonly string _path;

    public SpoolFileTests() => _path = System.IO.Path.Combine(_fixture.State, "upload.spool");

    private TestDisk Disk => _fixture.Disk;

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public void What_was_appended_is_read_from_any_offset_in_pieces_of_any_size()
    {
        var bytes = SpoolFolderFixture.Bytes(300_000);
        using var file = Create();
        Assert.True(file.Append(bytes.AsSpan(0, 70_000)).IsOk);
        Assert.True(file.Append(bytes.AsSpan(70_000)).IsOk);
        Assert.Equal(bytes.Length, file.Length);

        Disk.LargestRead = 1_000;
        foreach (var offset in new[] { 0, 1, 69_999, 70_000, 299_999, 300_000, 400_000 })
        {
            var buffer = new byte[64 << 10];
            Assert.True(file.Read(buffer, offset, out var read).IsOk);
            Assert.Equal(Math.Clamp(bytes.Length - offset, 0, buffer.Length), read);
            Assert.True(buffer.AsSpan(0, read).SequenceEqual(bytes.AsSpan(Math.Min(offset, bytes.Length), read)));
        }
    }

    [Fact]
    public void Only_its_owner_may_read_it()
    {
        using var file = Create();
        Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(_path) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
    }

    [Fact]
    public void While_it_is_open_nobody_else_opens_it()
    {
        using (Create())
        {
            Assert.Equal(SpoolStatus.InUse, SpoolFile.OpenExisting(Disk, _path, SpoolFolderFixture.Boot).Outcome.Status);
            Assert.Equal(SpoolStatus.InUse, SpoolFile.OpenUnread(Disk, _path).Outcome.Status);
            Assert.Equal(SpoolStatus.Failed, SpoolFile.Create(Disk, _path, SpoolFolderFixture.Boot).Outcome.Status);
        }

        using var again = Reopen();
        Assert.Equal(0, again.Length);
    }

    [Fact]
    public void Every_range_of_4_MiB_is_begun_when_full_and_dropped_when_the_next_one_is()
    {
        const int Range = SpoolConstants.Range;
        using var file = Create();
        var page = new byte[192 << 10];
        for (var length = 0L; length < 3 * Range; length = file.Length)
        {
            Assert.True(file.Append(page).IsOk);
            var full = (int)(file.Length / Range);
            Assert.Equal(Enumerable.Range(0, full).Select(static i => ((long)i * Range, (long)Range)), Disk.Begun);
            Assert.Equal(Enumerable.Range(0, Math.Max(0, full - 1)).Select(static i => ((long)i * Range, (long)Range)), Disk.Dropped);
        }

        Assert.True(file.Sync().IsOk);
        Assert.Equal(file.Length, Disk.Dropped.Sum(static r => r.Length));
        Assert.Equal(file.Length, Disk.Dropped[^1].Offset + Disk.Dropped[^1].Length);
    }

    [Theory]
    [InlineData(TestDisk.NoSpace, SpoolStatus.DiskFull)]
    [InlineData(122, SpoolStatus.DiskFull)]
    [InlineData(TestDisk.InputOutput, SpoolStatus.Failed)]
    internal void A_write_that_fails_in_the_middle_changes_nothing_and_the_file_goes_on(int errno, SpoolStatus status)
    {
        var bytes = SpoolFolderFixture.Bytes(5_000);
        using var file = Create();
        Assert.True(file.Append(bytes.AsSpan(0, 2_000)).IsOk);
        (Disk.Room, Disk.Errno) = (700, errno);
        Assert.Equal(status, file.Append(bytes.AsSpan(2_000, 1_000)).Status);
        Assert.Equal(2_000, file.Length);
        Assert.Equal(SpoolMark.DataOffset + 2_000, new FileInfo(_path).Length);

        Disk.Room = null;
        Assert.True(file.Append(bytes.AsSpan(2_000)).IsOk);
        Assert.Equal(bytes, All(file));
    }

    [Fact]
    public void Where_the_torn_piece_cannot_be_cut_off_either_nothing_more_is_promised()
    {
        using var file = Create();
        (Disk.Room, Disk.FailsCuts) = (10, true);
        Assert.Equal(SpoolStatus.DiskFull, file.Append(new byte[100]).Status);
        (Disk.Room, Disk.FailsCuts) = (null, false);
        Assert.Equal(SpoolStatus.Failed, file.Append(new byte[100]).Status);
        Assert.Equal(SpoolStatus.Failed, file.Sync().Status);
    }

    [Fact]
    public void A_full_disk_still_takes_the_mark()
    {
        // Both slots are written at the beginning: they have their blocks, and writing them again asks for none.
        Create().Dispose();
        var head = File.ReadAllBytes(_path);
        Assert.NotNull(SpoolMark.ReadLatest(head.AsSpan(0, SpoolMark.SlotSize)));
        Assert.NotNull(SpoolMark.ReadLatest(head.AsSpan(SpoolMark.SlotSize)));

        using var file = Reopen();
        Disk.Room = 150;
        Assert.True(file.Append(new byte[100]).IsOk);
        Assert.Equal(SpoolStatus.DiskFull, file.Append(new byte[100]).Status);
        Assert.True(file.Sync().IsOk);
        Assert.Equal(100, file.SyncedLength);
    }

    [Fact]
    public void A_failed_sync_is_never_tried_again()
    {
        using var file = Create();
        Assert.True(file.Append(new byte[100]).IsOk);
        Disk.FailsSyncs = true;
        Assert.Equal(SpoolStatus.Failed, file.Sync().Status);
        Disk.FailsSyncs = false;
        Assert.Equal(SpoolStatus.Failed, file.Sync().Status);
        Assert.Equal(SpoolStatus.Failed, file.Append(new byte[1]).Status);
        Assert.Equal(0, file.SyncedLength);
    }

    [Fact]
    public void A_read_that_fails_is_a_value_and_so_is_a_file_that_something_else_cut()
    {
        using var file = Create();
        Assert.True(file.Append(new byte[100]).IsOk);
        Disk.FailsReads = true;
        Assert.Equal(SpoolStatus.Failed, file.Read(new byte[10], 0, out _).Status);
        Disk.FailsReads = false;
        Disk.EndsAt = SpoolMark.DataOffset + 50;
        var outcome = file.Read(new byte[100], 0, out var read);
        Assert.Equal((SpoolStatus.Failed, 50), (outcome.Status, read));
    }

    [Fact]
    public void After_a_kill_all_bytes_are_there_and_go_on()
    {
        var bytes = SpoolFolderFixture.Bytes(10_000);
        using (var file = Create())
        {
            Assert.True(file.Append(bytes.AsSpan(0, 6_000)).IsOk);
        }

        using var again = Reopen();
        Assert.Equal(6_000, again.Length);
        Assert.True(again.Append(bytes.AsSpan(6_000)).IsOk);
        Assert.Equal(bytes, All(again));
    }

    [Fact]
    public void After_a_new_start_of_the_machine_only_what_was_synced_is_there()
    {
        var bytes = SpoolFolderFixture.Bytes(10_000);
        using (var file = Create())
        {
            Assert.True(file.Append(bytes.AsSpan(0, 6_000)).IsOk);
            Assert.True(file.Sync().IsOk);
            Assert.Equal(6_000, file.SyncedLength);
            Assert.True(file.Append(bytes.AsSpan(6_000)).IsOk);
        }

        using (var again = Reopen(SpoolFolderFixture.NextBoot))
        {
            Assert.Equal(6_000, again.Length);
            Assert.True(again.Append(bytes.AsSpan(6_000, 1_000)).IsOk);
        }

        // The new start vouches for its own bytes from then on.
        using var third = Reopen(SpoolFolderFixture.NextBoot);
        Assert.Equal(bytes.AsSpan(0, 7_000).ToArray(), All(third));
    }

    [Fact]
    public void A_mark_never_promises_bytes_that_were_cut_off_and_replaced()
    {
        var bytes = SpoolFolderFixture.Bytes(2_000);
        using (var file = Create())
        {
            Assert.True(file.Append(new byte[1_500]).IsOk);
            Assert.True(file.Sync().IsOk);
            Assert.True(file.Truncate(500).IsOk);
            Assert.Equal(500, file.SyncedLength);
            Assert.True(file.Append(bytes.AsSpan(500)).IsOk);
        }

        using var again = Reopen(SpoolFolderFixture.NextBoot);
        Assert.Equal(new byte[500], All(again));
    }

    [Fact]
    public void A_file_without_a_mark_is_not_taken_for_one()
    {
        File.WriteAllBytes(_path, SpoolFolderFixture.Bytes(20_000));
        Assert.Equal(SpoolStatus.Missing, SpoolFile.OpenExisting(Disk, _path, SpoolFolderFixture.Boot).Outcome.Status);
        Assert.Equal(20_000, new FileInfo(_path).Length);
        File.Delete(_path);
        Assert.Equal(SpoolStatus.Missing, SpoolFile.OpenExisting(Disk, _path, SpoolFolderFixture.Boot).Outcome.Status);
        Disk.Room = 0;
        Assert.Equal(SpoolStatus.DiskFull, SpoolFile.Create(Disk, _path, SpoolFolderFixture.Boot).Outcome.Status);
        Assert.False(File.Exists(_path));
    }

    private SpoolFile Create() => SpoolFile.Create(Disk, _path, SpoolFolderFixture.Boot) is { File: { } file } ? file : throw new InvalidOperationException();

    private SpoolFile Reopen(Guid? boot = null) =>
        SpoolFile.OpenExisting(Disk, _path, boot ?? SpoolFolderFixture.Boot) is { File: { } file } ? file : throw new InvalidOperationException();

    private static byte[] All(SpoolFile file)
    {
        var bytes = new byte[file.Length];
        Assert.True(file.Read(bytes, 0, out var read).IsOk);
        Assert.Equal(bytes.Length, read);
        return bytes;
    }
}

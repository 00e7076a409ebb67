using Sluice.Relay;
using Xunit;

namespace Sluice.Tests.Relay;

/// <summary>Where a client's bytes may lie on the disk, beside those that are in memory.</summary>
public sealed class FeedDiskTests : IAsyncDisposable
{
    private static readonly byte[] File = [.. Enumerable.Range(0, 1000).Select(i => (byte)(i * 7))];

    private readonly MemoryHeldBytes _run = new(0);
    private readonly MemoryHeldBytes _second = new(0);

    public async ValueTask DisposeAsync()
    {
        await _run.DisposeAsync();
        await _second.DisposeAsync();
    }

    [Fact]
    public async Task A_window_goes_behind_what_is_held_and_is_read_from_there()
    {
        var disk = Disk();
        await WindowAsync(disk, 0, 100);
        await WindowAsync(disk, 100, 200);
        Assert.Equal((0, 200), (_run.Start, _run.End));
        Assert.Equal(File[50..150], await ReadAsync(disk, 50, 100));
    }

    [Fact]
    public async Task Behind_bytes_in_memory_the_run_begins_anew()
    {
        var disk = Disk();
        await WindowAsync(disk, 0, 100);
        await WindowAsync(disk, 300, 400);
        Assert.Equal((300, 400), (_run.Start, _run.End));
        Assert.False(disk.Has(0, 100));
    }

    [Fact]
    public async Task While_a_part_is_to_be_sent_from_the_run_windows_behind_bytes_in_memory_go_to_the_second()
    {
        var disk = Disk();
        Assert.True(await disk.TryMakeRoomAsync(0, 100, trickle: false));
        Assert.True(await disk.KeepAsync(0, File.AsMemory(0, 100)));
        using (disk.Pin())
        {
            // Bytes 100 to 300 are in memory.
            await WindowAsync(disk, 300, 400);
            await WindowAsync(disk, 400, 450);
            Assert.Equal((0, 100), (_run.Start, _run.End));
            Assert.Equal((300, 450), (_second.Start, _second.End));
            Assert.Equal(File[..100], await ReadAsync(disk, 0, 100));
            Assert.Equal(File[300..450], await ReadAsync(disk, 300, 150));
        }

        // What is there goes on there; once it was read and more is in memory, the run has room again.
        await WindowAsync(disk, 450, 500);
        Assert.Equal((300, 500), (_second.Start, _second.End));
        await WindowAsync(disk, 600, 700);
        Assert.Equal((600, 700), (_run.Start, _run.End));
        Assert.Equal(File[600..700], await ReadAsync(disk, 600, 100));
    }

    [Fact]
    public async Task Without_a_second_run_nothing_that_is_to_be_sent_is_dropped_for_a_window()
    {
        var disk = new FeedDisk(_run, 0);
        Assert.True(await disk.KeepAsync(0, File.AsMemory(0, 100)));
        using var pin = disk.Pin();
        Assert.False(await disk.TryMakeRoomAsync(300, 400, trickle: true));
        Assert.False(await disk.KeepAsync(300, File.AsMemory(300, 100)));
        Assert.True(disk.Has(0, 100));
    }

    [Fact]
    public async Task A_part_fills_here_only_where_everything_before_it_is_durable_or_here()
    {
        var disk = Disk();

        // Bytes 0 to 100 are in memory: a kill would lose them, and with them whatever lay behind them.
        Assert.False(await disk.TryMakeRoomAsync(100, 200, trickle: false));
        await WindowAsync(disk, 100, 150);
        Assert.False(await disk.TryMakeRoomAsync(150, 200, trickle: false));

        await disk.ForgetBeforeAsync(100);
        Assert.True(await disk.TryMakeRoomAsync(150, 200, trickle: false));
        Assert.True(await disk.KeepAsync(150, File.AsMemory(150, 50)));
        Assert.True(await disk.TryMakeRoomAsync(200, 300, trickle: false));

        // An acknowledgement that is told late takes nothing back; that Notion forgot the upload does.
        await disk.ForgetBeforeAsync(50);
        Assert.True(await disk.TryMakeRoomAsync(200, 400, trickle: false));
        disk.Rewind();
        Assert.False(await disk.TryMakeRoomAsync(200, 400, trickle: false));
        Assert.True(await disk.TryMakeRoomAsync(0, 100, trickle: false));
        Assert.Equal(0, _run.Start);
    }

    [Fact]
    public async Task Bytes_given_back_take_those_of_the_second_run_with_them()
    {
        var disk = await WithBothRunsAsync();
        Assert.Equal(400, await disk.KeepAsync(0, static (at, piece) => File.AsMemory((int)at, piece.Length).CopyTo(piece), 300));
        Assert.Equal((0, 400), (_run.Start, _run.End));
        Assert.Equal(File[..400], await ReadAsync(disk, 0, 400));
    }

    [Fact]
    public async Task What_is_durable_goes_from_both_and_a_closed_disk_leaves_no_second_run()
    {
        var disk = await WithBothRunsAsync();
        await disk.ForgetBeforeAsync(350);
        Assert.Equal((350, 400), (_second.Start, _second.End));
        Assert.Equal(File[350..400], await ReadAsync(disk, 350, 50));
        await disk.CloseAsync();
        Assert.Equal(_second.Start, _second.End);
    }

    [Fact]
    public async Task Bytes_of_the_second_run_that_cannot_be_read_are_asked_for_again()
    {
        var disk = await WithBothRunsAsync();
        _second.IsUnreadable = true;
        Assert.Equal(300, await disk.KeepAsync(0, static (at, piece) => File.AsMemory((int)at, piece.Length).CopyTo(piece), 300));
        Assert.Equal((0, 300), (_run.Start, _run.End));
    }

    /// <summary>Bytes 0 to 100 in the first run, which a part is sent from, and 300 to 400 in the second.</summary>
    private async Task<FeedDisk> WithBothRunsAsync()
    {
        var disk = Disk();
        Assert.True(await disk.KeepAsync(0, File.AsMemory(0, 100)));
        using var pin = disk.Pin();
        await WindowAsync(disk, 300, 400);
        return disk;
    }

    private FeedDisk Disk() => new(_run, 0, () => _second);

    private static async Task WindowAsync(FeedDisk disk, int from, int to)
    {
        Assert.True(await disk.TryMakeRoomAsync(from, to, trickle: true));
        Assert.True(await disk.KeepAsync(from, File.AsMemory(from, to - from)));
    }

    private static async Task<byte[]> ReadAsync(FeedDisk disk, int from, int count)
    {
        var bytes = new byte[count];
        for (var at = 0; at < count;)
        {
            at += await disk.ReadAsync(from + at, bytes.AsMemory(at), CancellationToken.None);
        }

        return bytes;
    }
}

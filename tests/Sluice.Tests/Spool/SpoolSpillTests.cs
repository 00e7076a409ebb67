using Microsoft.Extensions.Time.Testing;
using Sluice.Buffers;
using Sluice.Spool;
using Xunit;

namespace Sluice.Tests.Spool;

public sealed class SpoolSpillTests : IDisposable
{
    private readonly SpoolFolderFixture _fixture = new();
    private readonly PartBuffers _buffers = new(new MemoryOptions(), new FakeTimeProvider());
    private readonly SpoolFile _file;

    public SpoolSpillTests() => _file = SpoolFile.Create(_fixture.Disk, System.IO.Path.Combine(_fixture.State, "upload.spool"), SpoolFolderFixture.Boot).File!;

    private static CancellationToken None => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _file.Dispose();
        _buffers.Dispose();
        _fixture.Dispose();
    }

    [Fact]
    public async Task A_partly_filled_part_goes_to_the_disk_and_comes_back_to_be_filled_on()
    {
        var bytes = SpoolFolderFixture.Bytes(500_000);
        var buffer = await _buffers.RentAsync(600_000, None);
        buffer.Append(bytes);
        Assert.True((await _file.TakeAsync(buffer, None)).IsOk);
        Assert.Equal(0, _buffers.Budget.TicketBytes);
        Assert.Throws<ObjectDisposedException>(() => buffer.Length);

        using var again = await _buffers.RentAsync(600_000, None);
        Assert.True(_file.Fill(again, 0).IsOk);
        Assert.Equal(bytes.Length, again.Length);
        Assert.True(again.Matches(0, bytes));
        again.Append(new byte[100_000]);
        Assert.True(again.IsFull);
    }

    [Fact]
    public async Task A_part_is_filled_from_any_offset_and_only_as_far_as_it_goes()
    {
        var bytes = SpoolFolderFixture.Bytes(500_000);
        Assert.True(_file.Append(bytes).IsOk);
        using var buffer = await _buffers.RentAsync(100_000, None);
        buffer.Append(bytes.AsSpan(0, 10));
        Assert.True(_file.Fill(buffer, 10).IsOk);
        Assert.True(buffer.IsFull);
        Assert.True(buffer.Matches(0, bytes.AsSpan(0, 100_000)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(70_000)]
    [InlineData(499_999)]
    public async Task Where_the_disk_is_full_in_the_middle_the_bytes_stay_in_memory_and_the_file_is_as_it_was(long room)
    {
        var bytes = SpoolFolderFixture.Bytes(500_000);
        Assert.True(_file.Append(bytes.AsSpan(0, 1_000)).IsOk);
        using var buffer = await _buffers.RentAsync(600_000, None);
        buffer.Append(bytes);
        _fixture.Disk.Room = room;
        Assert.Equal(SpoolStatus.DiskFull, (await _file.TakeAsync(buffer, None)).Status);
        Assert.Equal(1_000, _file.Length);
        Assert.True(buffer.Matches(0, bytes));
        buffer.Append(new byte[100_000]);
        Assert.True(buffer.IsFull);
    }

    [Fact]
    public async Task A_spill_that_is_cancelled_takes_nothing()
    {
        using var buffer = await _buffers.RentAsync(600_000, None);
        buffer.Append(SpoolFolderFixture.Bytes(500_000));
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await _file.TakeAsync(buffer, stop.Token));
        Assert.Equal(0, _file.Length);
        Assert.Equal(500_000, buffer.Length);
    }

    [Fact]
    public async Task A_read_error_while_filling_is_a_value()
    {
        Assert.True(_file.Append(new byte[1_000]).IsOk);
        using var buffer = await _buffers.RentAsync(1_000, None);
        _fixture.Disk.FailsReads = true;
        Assert.Equal(SpoolStatus.Failed, _file.Fill(buffer, 0).Status);
        Assert.Equal(0, buffer.Length);
    }
}

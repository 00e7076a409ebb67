using CsCheck;
using Sluice.Buffers;
using Xunit;

namespace Sluice.Tests.Buffers;

public sealed class PartBufferTests : IDisposable
{
    private const int Page = 64;

    private readonly PagePool _pool = new(4096, Page);
    private readonly ByteBudget _budget;

    public PartBufferTests() => _budget = new ByteBudget(_pool, 4096, 8);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        Assert.Empty(_pool.Outstanding());
        Assert.Equal(0, _budget.TicketBytes);
        _budget.Dispose();
        _pool.Dispose();
    }

    [Fact]
    public void Holds_what_was_put_in_however_it_was_cut() =>
        Gen.Select(Gen.Byte.Array[1, 1000], Gen.Int[1, 150].Array[1, 20], Gen.Int[0, 999], Gen.Int[0, 999]).Sample((content, cuts, from, count) =>
        {
            using var buffer = Rent(content.Length);
            for (var (at, i) = (0, 0); at < content.Length; i++)
            {
                var take = Math.Min(cuts[i % cuts.Length], content.Length - at);
                if (i % 2 == 0)
                {
                    buffer.Append(content.AsSpan(at, take));
                }
                else
                {
                    var free = buffer.GetMemory();
                    take = Math.Min(take, free.Length);
                    content.AsSpan(at, take).CopyTo(free.Span);
                    buffer.Advance(take);
                }

                at += take;
                Assert.Equal(at, buffer.Length);
                Assert.True(buffer.Matches(0, content.AsSpan(0, at)));
            }

            Assert.True(buffer.IsFull);
            Assert.True(buffer.GetMemory().IsEmpty);
            Assert.Equal(content, Bytes(buffer));
            Assert.Equal(content, Bytes(buffer));
            from %= content.Length;
            count = Math.Min(count, content.Length - from);
            var piece = new byte[count];
            buffer.CopyTo(from, piece);
            Assert.Equal(content[from..(from + count)], piece);
            Assert.True(buffer.Matches(from, piece));
            if (count > 0)
            {
                piece[count / 2] ^= 1;
                Assert.False(buffer.Matches(from, piece));
            }
        }, iter: 1000, threads: 1);

    [Fact]
    public void Memory_is_claimed_as_it_fills()
    {
        using var buffer = Rent(1000);
        Assert.Equal((1024, 0), (_budget.TicketBytes, _pool.AllocatedBytes));

        buffer.Append(new byte[Page]);
        Assert.Equal(Page, _pool.AllocatedBytes);
        buffer.Append(new byte[1]);
        Assert.Equal(2 * Page, _pool.AllocatedBytes);
    }

    [Fact]
    public void More_than_there_is_room_for_changes_nothing()
    {
        using var buffer = Rent(100);
        buffer.Append(new byte[90]);
        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.Append(new byte[11]));
        Assert.Equal(90, buffer.Length);
        buffer.Append(new byte[10]);
        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.Append(new byte[1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.Advance(1));
        buffer.Append([]);
    }

    [Fact]
    public void Bytes_of_the_one_before_cannot_be_seen()
    {
        using (var first = Rent(200))
        {
            first.Append(Enumerable.Repeat((byte)0xEE, 200).ToArray());
        }

        using var second = Rent(200);
        second.Append(new byte[10]);
        second.Freeze();
        Assert.Equal(new byte[10], Bytes(second));
        Assert.Throws<ArgumentOutOfRangeException>(() => second.CopyTo(10, new byte[1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => second.Matches(5, new byte[6]));
        Assert.Throws<ArgumentOutOfRangeException>(() => second.Matches(-1, new byte[1]));
    }

    [Fact]
    public async Task A_part_that_is_not_full_is_read_only_when_frozen()
    {
        using var buffer = Rent(100);
        buffer.Append([1, 2, 3]);
        await Assert.ThrowsAsync<InvalidOperationException>(() => buffer.WriteToAsync(Stream.Null, Stop).AsTask());

        buffer.Freeze();
        Assert.True(buffer.IsFrozen);
        Assert.Equal([1, 2, 3], Bytes(buffer));
        Assert.Throws<InvalidOperationException>(() => buffer.Append([4]));
        Assert.Throws<InvalidOperationException>(() => buffer.GetMemory());

        buffer.Thaw();
        buffer.Append([4]);
        Assert.True(buffer.Matches(0, [1, 2, 3, 4]));
    }

    [Fact]
    public void Every_call_on_a_disposed_buffer_throws_and_it_goes_home_once()
    {
        var buffer = Rent(100);
        buffer.Append(new byte[70]);
        buffer.Dispose();
        Assert.Equal((0, 2 * Page), (_budget.TicketBytes, _pool.CachedBytes));

        using var other = Rent(100);
        other.Append(new byte[70]);
        buffer.Dispose();
        Assert.Equal(128, _budget.TicketBytes);
        AssertDead(buffer);
    }

    [Fact]
    public async Task A_hand_over_kills_the_givers_reference_and_nothing_else()
    {
        var giver = Rent(100);
        giver.Append([1, 2, 3]);
        giver.Freeze();
        var taker = giver.HandOver();
        AssertDead(giver);
        giver.Dispose();
        Assert.Throws<ObjectDisposedException>(giver.HandOver);

        using var written = new MemoryStream();
        await taker.WriteToAsync(written, Stop);
        Assert.Equal([1, 2, 3], written.ToArray());
        Assert.Equal(128, _budget.TicketBytes);
        taker.Dispose();
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(3, false)]
    [InlineData(3, true)]
    public async Task Memory_goes_home_only_when_the_last_reader_is_done(int readers, bool handOver)
    {
        var content = Enumerable.Range(0, 300).Select(static i => (byte)i).ToArray();
        var buffer = Rent(300);
        buffer.Append(content);
        var streams = Enumerable.Range(0, readers).Select(_ => new HeldStream()).ToList();
        var reads = streams.Select(s => buffer.WriteToAsync(s, Stop).AsTask()).ToList();
        if (handOver)
        {
            var taker = buffer.HandOver();
            taker.Dispose();
        }

        buffer.Dispose();
        for (var i = 0; i < readers; i++)
        {
            // Still there, and nobody else gets the pages meanwhile.
            Assert.Equal((5, 320), (_pool.Outstanding().Count, _budget.TicketBytes));
            streams[i].Go();
            await reads[i];
            Assert.Equal(content, streams[i].Written.ToArray());
        }

        Assert.Empty(_pool.Outstanding());
        Assert.Equal(0, _budget.TicketBytes);
        AssertDead(buffer);
    }

    [Fact]
    public async Task A_reader_that_fails_lets_go_too()
    {
        var buffer = Rent(300);
        buffer.Append(new byte[300]);
        using var giveUp = new CancellationTokenSource();
        var stream = new HeldStream();
        var read = buffer.WriteToAsync(stream, giveUp.Token).AsTask();
        buffer.Dispose();

        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read);
        Assert.Empty(_pool.Outstanding());
    }

    [Fact]
    public async Task A_spilled_buffer_is_gone_and_its_bytes_are_elsewhere()
    {
        var buffer = Rent(100);
        buffer.Append([1, 2, 3]);
        using var elsewhere = new MemoryStream();

        await buffer.SpillAsync((body, stop) => body.WriteToAsync(elsewhere, stop), Stop);

        Assert.Equal([1, 2, 3], elsewhere.ToArray());
        Assert.Equal(0, _budget.TicketBytes);
        AssertDead(buffer);
    }

    [Fact]
    public async Task A_spill_that_fails_leaves_everything_as_it_was()
    {
        using var buffer = Rent(6);
        buffer.Append([1, 2, 3]);
        await Assert.ThrowsAsync<IOException>(() => buffer.SpillAsync(static (_, _) => throw new IOException("full"), Stop).AsTask());
        buffer.Append([4]);
        Assert.True(buffer.Matches(0, [1, 2, 3, 4]));

        buffer.Freeze();
        await Assert.ThrowsAsync<IOException>(() => buffer.SpillAsync(static (_, _) => throw new IOException("full"), Stop).AsTask());
        Assert.True(buffer.IsFrozen);
        Assert.Equal([1, 2, 3, 4], Bytes(buffer));
    }

    [Fact]
    public async Task Nothing_is_allocated_for_each_chunk()
    {
        using var buffers = new PartBuffers(new MemoryOptions(), TimeProvider.System);
        var chunk = new byte[16 << 10];
        for (var round = 0; round < 3; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            using var buffer = await buffers.RentAsync(5 << 20, Stop);
            for (var i = 0; i < 320; i++)
            {
                buffer.Append(chunk);
            }

            var writing = buffer.WriteToAsync(Stream.Null, Stop);
            Assert.True(writing.IsCompletedSuccessfully);
            await writing;
            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

            // The ticket, the list of 80 pages and the shell; the first rounds make the pages and warm the code.
            Assert.True(round < 2 || allocated < 4096, $"{allocated} bytes");
        }
    }

    private static byte[] Bytes(PartBuffer buffer)
    {
        using var stream = new MemoryStream();
        var writing = buffer.WriteToAsync(stream, CancellationToken.None);
        Assert.True(writing.IsCompletedSuccessfully);
        return stream.ToArray();
    }

    private static void AssertDead(PartBuffer buffer)
    {
        Assert.Throws<ObjectDisposedException>(() => buffer.Length);
        Assert.Throws<ObjectDisposedException>(() => buffer.Append([1]));
        Assert.Throws<ObjectDisposedException>(() => buffer.GetMemory());
        Assert.Throws<ObjectDisposedException>(() => buffer.CopyTo(0, []));
        Assert.Throws<ObjectDisposedException>(buffer.Freeze);
        Assert.ThrowsAsync<ObjectDisposedException>(() => buffer.WriteToAsync(Stream.Null, Stop).AsTask()).Wait(Stop);
    }

    private PartBuffer Rent(long length)
    {
        var ticket = _budget.TryAcquire(_budget.Open("upload"), length);
        Assert.NotNull(ticket);
        return new PartBuffer(new PartPages(_pool, ticket, length));
    }

    /// <summary>Takes the first piece and holds it until told to go on.</summary>
    private sealed class HeldStream : MemoryStream
    {
        private readonly TaskCompletionSource _go = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public MemoryStream Written { get; } = new();

        public void Go() => _go.SetResult();

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await _go.Task.WaitAsync(cancellationToken);
            Written.Write(buffer.Span);
        }
    }
}

using System.IO.Pipelines;
using CsCheck;
using Microsoft.Extensions.Time.Testing;
using Sluice.Errors;
using Sluice.Relay;
using Sluice.Tests.Resilience;
using Xunit;

namespace Sluice.Tests.Relay;

public sealed class ClientFeedTests
{
    private static readonly byte[] File = [.. Enumerable.Range(0, 1000).Select(i => (byte)(i * 7))];

    private readonly FakeTimeProvider _time = new();

    private static CancellationToken Test => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_session_reads_what_the_body_brings_and_the_body_ends_with_its_last_byte()
    {
        await using var feed = Feed();
        var body = feed.RunAsync(Whole(0, 600), 0, 600, Test);
        Assert.Equal(File[..600], await ReadAsync(feed, 0, 600));
        Assert.Equal(BodyEnd.Whole, await body);
        Assert.Equal(600, feed.Taken);
        Assert.False(feed.HasBody);
    }

    [Fact]
    public async Task A_body_that_begins_elsewhere_is_refused_and_takes_nothing()
    {
        await using var feed = Feed();
        Assert.Equal(BodyEnd.WrongOffset, await feed.RunAsync(Whole(10, 20), 10, 10, Test));
        Assert.Equal(0, feed.Taken);
    }

    [Fact]
    public async Task A_second_body_is_refused_until_the_first_was_ended_and_what_the_first_brought_counts()
    {
        await using var feed = Feed();
        var pipe = new Pipe();
        var first = feed.RunAsync(pipe.Reader.AsStream(), 0, 1000, Test);
        await pipe.Writer.WriteAsync(File.AsMemory(0, 100), Test);
        Assert.Equal(File[..100], await ReadAsync(feed, 0, 100));
        Assert.Equal(BodyEnd.WrongOffset, await feed.RunAsync(Whole(100, 200), 100, 100, Test));

        Assert.True(await feed.EndBodyAsync(TimeSpan.FromSeconds(2)));
        Assert.Equal(BodyEnd.Cut, await first);
        Assert.Equal(100, feed.Taken);
        var second = feed.RunAsync(Whole(100, 200), 100, 100, Test);
        Assert.Equal(File[100..200], await ReadAsync(feed, 100, 100));
        Assert.Equal(BodyEnd.Whole, await second);
    }

    [Fact]
    public async Task Ending_a_body_under_a_pending_read_leaves_the_session_waiting_for_the_next_body()
    {
        await using var feed = Feed();
        var first = feed.RunAsync(new Pipe().Reader.AsStream(), 0, 1000, Test);
        var read = ReadAsync(feed, 0, 50);
        Assert.True(await feed.EndBodyAsync(TimeSpan.FromSeconds(2)));
        Assert.Equal(BodyEnd.Cut, await first);
        Assert.False(read.IsCompleted);

        var second = feed.RunAsync(Whole(0, 50), 0, 50, Test);
        Assert.Equal(File[..50], await read);
        Assert.Equal(BodyEnd.Whole, await second);
    }

    [Fact]
    public async Task A_client_that_is_gone_ends_its_body_and_what_it_brought_counts()
    {
        await using var feed = Feed();
        using var gone = new CancellationTokenSource();
        var pipe = new Pipe();
        var body = feed.RunAsync(pipe.Reader.AsStream(), 0, 1000, gone.Token);
        await pipe.Writer.WriteAsync(File.AsMemory(0, 10), Test);
        Assert.Equal(File[..10], await ReadAsync(feed, 0, 10));
        await gone.CancelAsync();
        Assert.Equal(BodyEnd.ClientGone, await body);
        Assert.Equal(10, feed.Taken);
    }

    [Fact]
    public async Task A_body_shorter_than_it_said_is_a_client_that_is_gone()
    {
        await using var feed = Feed();
        var body = feed.RunAsync(Whole(0, 10), 0, 20, Test);
        Assert.Equal(File[..10], await ReadAsync(feed, 0, 10));
        var more = ReadAsync(feed, 10, 1);
        Assert.Equal(BodyEnd.ClientGone, await body);
        Assert.False(more.IsCompleted);
    }

    [Fact]
    public async Task A_body_of_unknown_length_is_never_read_past_the_files_end()
    {
        await using var feed = Feed(start: 990);
        var body = feed.RunAsync(new MemoryStream([.. File[990..], 1, 2, 3]), 990, null, Test);
        Assert.Equal(File[990..], await ReadAsync(feed, 990, 10));
        Assert.Equal(BodyEnd.Whole, await body);
        Assert.Equal(0, await feed.ReadAsync(1000, new byte[1], Test));
    }

    [Fact]
    public async Task Silence_while_a_byte_is_waited_for_ends_the_body_after_the_idle_time()
    {
        await using var feed = Feed();
        var body = feed.RunAsync(new Pipe().Reader.AsStream(), 0, 1000, Test);
        _ = ReadAsync(feed, 0, 1);
        _time.Advance(TimeSpan.FromSeconds(59));
        Assert.False(body.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(BodyEnd.Idle, await body);
    }

    [Fact]
    public async Task Silence_while_nobody_here_reads_ends_nothing()
    {
        await using var feed = Feed();
        var body = feed.RunAsync(new Pipe().Reader.AsStream(), 0, 1000, Test);
        for (var minute = 0; minute < 10; minute++)
        {
            _time.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.False(body.IsCompleted);
    }

    [Fact]
    public async Task While_the_session_takes_nothing_one_window_goes_to_the_disk_each_hold_time()
    {
        var held = new MemoryHeldBytes(0);
        await using var feed = new ClientFeed(1000, 0, held, FeedOptions.Default with { Window = 100 }, _time);
        var body = feed.RunAsync(Whole(0, 1000), 0, 1000, Test);
        _time.Advance(TimeSpan.FromSeconds(39));
        Assert.Equal(0, feed.Taken);
        _time.Advance(TimeSpan.FromSeconds(1));
        await ReachesAsync(feed, 100);
        _time.Advance(TimeSpan.FromSeconds(40));
        await ReachesAsync(feed, 200);

        // The session takes the held bytes first, then goes on with the body; not a byte is lost or doubled.
        Assert.Equal(File, await ReadAsync(feed, 0, 1000));
        Assert.Equal(BodyEnd.Whole, await body);
    }

    [Fact]
    public async Task A_disk_that_fails_ends_the_body_and_the_bytes_are_asked_for_again()
    {
        var held = new MemoryHeldBytes(0) { Lies = true };
        await using var feed = new ClientFeed(1000, 0, held, FeedOptions.Default, _time);
        var body = feed.RunAsync(Whole(0, 1000), 0, 1000, Test);
        _time.Advance(TimeSpan.FromSeconds(40));
        Assert.Equal(BodyEnd.Cut, await body);
        Assert.Equal(0, feed.Taken);
    }

    [Fact]
    public async Task While_the_disk_has_no_room_nothing_is_read_and_the_body_stays()
    {
        var held = new MemoryHeldBytes(0) { Refuses = true };
        await using var feed = new ClientFeed(1000, 0, held, FeedOptions.Default, _time);
        var stream = Whole(0, 1000);
        var body = feed.RunAsync(stream, 0, 1000, Test);
        _time.Advance(TimeSpan.FromSeconds(40));
        _time.Advance(TimeSpan.FromSeconds(40));
        Assert.False(body.IsCompleted);
        Assert.Equal((0, 0), (feed.Taken, stream.Position));
    }

    [Fact]
    public async Task Once_staged_every_byte_goes_to_the_disk_without_the_session_and_is_read_from_there()
    {
        await using var feed = new ClientFeed(1000, 0, new MemoryHeldBytes(0), FeedOptions.Default, _time);
        var pipe = new Pipe();
        var body = feed.RunAsync(pipe.Reader.AsStream(), 0, 1000, Test);
        Assert.True(await feed.Disk!.TryStageAsync(Test));
        await pipe.Writer.WriteAsync(File, Test);
        Assert.Equal(BodyEnd.Whole, await body);
        Assert.Equal(1000, feed.Taken);
        Assert.Equal(File, await ReadAsync(feed, 0, 1000));

        // Notion forgot it: everything is there to be read again, and what was acknowledged is still kept.
        await feed.ForgetBeforeAsync(600);
        Assert.True(feed.TryRewind());
        Assert.Equal(1000, feed.Taken);
        Assert.Equal(File, await ReadAsync(feed, 0, 1000));
        Assert.Equal(BodyEnd.Different, await feed.RunAsync(new MemoryStream([(byte)~File[999]]), 999, 1, Test));
    }

    [Fact]
    public async Task A_staged_body_that_is_silent_ends_after_the_idle_time()
    {
        await using var feed = new ClientFeed(1000, 0, new MemoryHeldBytes(0), FeedOptions.Default, _time);
        Assert.True(await feed.Disk!.TryStageAsync(Test));
        var body = feed.RunAsync(new Pipe().Reader.AsStream(), 0, 1000, Test);
        _time.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(BodyEnd.Idle, await body);
    }

    [Fact]
    public async Task A_disk_that_fails_while_staged_leaves_the_rest_to_memory()
    {
        var held = new MemoryHeldBytes(0);
        await using var feed = new ClientFeed(1000, 0, held, FeedOptions.Default, _time);
        Assert.True(await feed.Disk!.TryStageAsync(Test));
        var first = feed.RunAsync(Whole(0, 300), 0, 300, Test);
        Assert.Equal(BodyEnd.Whole, await first);
        held.Lies = true;
        Assert.Equal(BodyEnd.Cut, await feed.RunAsync(Whole(300, 1000), 300, 700, Test));
        Assert.Equal(300, feed.Taken);
        var session = ReadAsync(feed, 0, 1000);
        Assert.Equal(BodyEnd.Whole, await feed.RunAsync(Whole(300, 1000), 300, 700, Test));
        Assert.Equal(File, await session);
    }

    [Fact]
    public async Task The_last_byte_sent_again_is_compared_and_dropped()
    {
        await using var feed = Feed();
        var body = feed.RunAsync(Whole(0, 1000), 0, 1000, Test);
        await ReadAsync(feed, 0, 1000);
        await body;
        Assert.Equal(BodyEnd.Whole, await feed.RunAsync(Whole(999, 1000), 999, 1, Test));
        Assert.Equal(BodyEnd.Different, await feed.RunAsync(new MemoryStream([(byte)~File[999]]), 999, 1, Test));
        Assert.Equal(1000, feed.Taken);
    }

    [Fact]
    public async Task A_last_byte_that_is_waited_for_is_ended_as_any_body_is()
    {
        await using var feed = Feed();
        var whole = feed.RunAsync(Whole(0, 1000), 0, 1000, Test);
        Assert.Equal(File, await ReadAsync(feed, 0, 1000));
        Assert.Equal(BodyEnd.Whole, await whole);
        var last = feed.RunAsync(new Pipe().Reader.AsStream(), 999, 1, Test);
        Assert.True(await feed.EndBodyAsync(TimeSpan.FromSeconds(2)));
        Assert.Equal(BodyEnd.Cut, await last);
        Assert.Equal(1000, feed.Taken);
    }

    [Fact]
    public async Task A_last_byte_that_was_announced_and_not_brought_is_a_client_that_is_gone()
    {
        await using var feed = Feed();
        var body = feed.RunAsync(Whole(0, 1000), 0, 1000, Test);
        await ReadAsync(feed, 0, 1000);
        await body;
        Assert.Equal(BodyEnd.ClientGone, await feed.RunAsync(new MemoryStream([]), 999, 1, Test));
        Assert.Equal(BodyEnd.Whole, await feed.RunAsync(new MemoryStream([]), 999, null, Test));
    }

    [Fact]
    public async Task A_staged_body_that_brings_nothing_yet_is_waited_for_without_memory()
    {
        await using var feed = new ClientFeed(1000, 0, new MemoryHeldBytes(0), FeedOptions.Default, _time);
        Assert.True(await feed.Disk!.TryStageAsync(Test));
        var pipe = new Pipe();
        var stream = new SizedReads(pipe.Reader.AsStream());
        var body = feed.RunAsync(stream, 0, 1000, Test);
        await Virtual.Until(() => stream.Pending == 0, "it waits");
        await pipe.Writer.WriteAsync(File.AsMemory(0, 300), Test);
        await ReachesAsync(feed, 300);
        await Virtual.Until(() => stream.Pending == 0, "it waits again");
        await pipe.Writer.WriteAsync(File.AsMemory(300), Test);
        Assert.Equal(BodyEnd.Whole, await body);
        Assert.Equal(File, await ReadAsync(feed, 0, 1000));
    }

    [Fact]
    public async Task A_client_away_for_longer_than_the_idle_time_interrupts_the_session()
    {
        await using var feed = Feed();
        var wait = feed.WaitForBytesAsync(Test).AsTask();
        _time.Advance(TimeSpan.FromSeconds(60));
        var e = await Assert.ThrowsAsync<SluiceException>(() => wait);
        Assert.Equal(ErrorCodes.Interrupted, e.Error.Code);
    }

    [Fact]
    public async Task What_is_read_to_is_not_held_while_the_next_body_is_waited_for()
    {
        await using var feed = Feed();
        var pipe = new Pipe();
        var body = feed.RunAsync(pipe.Reader.AsStream(), 0, null, Test);
        await pipe.Writer.WriteAsync(File.AsMemory(0, 300), Test);
        var page = new byte[1000];
        Assert.Equal(300, await feed.ReadHereAsync(0, page, Test));

        // The wait for a byte ends with the body as well: a stream does not tell the two apart before it is read.
        await pipe.Writer.CompleteAsync();
        await feed.WaitForBytesAsync(Test);
        Assert.True(await feed.ReadHereAsync(300, page, Test) < 0);
        Assert.Equal(BodyEnd.Whole, await body);
        Assert.True(await feed.ReadHereAsync(300, page, Test) < 0);

        body = feed.RunAsync(Whole(300, 1000), 300, 700, Test);
        await feed.WaitForBytesAsync(Test);
        Assert.Equal(700, await feed.ReadHereAsync(300, page, Test));
        Assert.Equal(File[300..], page[..700]);
        Assert.Equal(BodyEnd.Whole, await body);
        Assert.Equal(0, await feed.ReadHereAsync(1000, page, Test));
    }

    [Fact]
    public async Task Bytes_given_back_lie_on_the_disk_and_are_read_again()
    {
        await using var feed = new ClientFeed(1000, 0, new MemoryHeldBytes(0), FeedOptions.Default, _time);
        var body = feed.RunAsync(Whole(0, 300), 0, 300, Test);
        await ReadAsync(feed, 0, 300);
        await body;
        await feed.GiveBackAsync(100, (at, piece) => File.AsMemory(100 + (int)at, piece.Length).CopyTo(piece), 200);
        Assert.Equal(300, feed.Taken);
        Assert.Equal(File[100..300], await ReadAsync(feed, 100, 200));
    }

    [Fact]
    public async Task Bytes_given_back_without_room_are_asked_for_again_and_the_body_behind_them_is_cut()
    {
        await using var feed = new ClientFeed(1000, 0, new MemoryHeldBytes(0, room: 50), FeedOptions.Default, _time);
        var pipe = new Pipe();
        var body = feed.RunAsync(pipe.Reader.AsStream(), 0, 1000, Test);
        await pipe.Writer.WriteAsync(File.AsMemory(0, 300), Test);
        await ReadAsync(feed, 0, 300);
        await feed.GiveBackAsync(100, (at, piece) => File.AsMemory(100 + (int)at, piece.Length).CopyTo(piece), 200);
        Assert.Equal(BodyEnd.Cut, await body);
        Assert.Equal(100, feed.Taken);
    }

    [Fact]
    public async Task After_a_rewind_everything_is_asked_for_again_and_the_body_under_way_is_cut()
    {
        await using var feed = Feed(start: 500);
        var pipe = new Pipe();
        var body = feed.RunAsync(pipe.Reader.AsStream(), 500, 500, Test);
        await pipe.Writer.WriteAsync(File.AsMemory(500, 100), Test);
        await ReadAsync(feed, 500, 100);
        Assert.True(feed.TryRewind());
        Assert.Equal(BodyEnd.Cut, await body);
        Assert.Equal((0, 0), (feed.Taken, feed.Start));
        var again = feed.RunAsync(Whole(0, 1000), 0, 1000, Test);
        Assert.Equal(File, await ReadAsync(feed, 0, 1000));
        Assert.Equal(BodyEnd.Whole, await again);
    }

    [Fact]
    public async Task A_session_that_stops_cuts_the_body_it_reads()
    {
        await using var feed = Feed();
        using var stop = new CancellationTokenSource();
        var body = feed.RunAsync(new Pipe().Reader.AsStream(), 0, 1000, Test);
        var read = feed.ReadAsync(0, new byte[10], stop.Token).AsTask();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read);
        Assert.Equal(BodyEnd.Stopped, await body);
    }

    /// <summary>Clients that come, lie about offsets, stop anywhere and come again: the session reads the file, and the told end never passes what was taken.</summary>
    [Fact]
    public Task Whatever_clients_do_the_session_reads_the_file() =>
        Gen.Select(Gen.Int[1, 400].Array[1, 60], Gen.Int[0, 3].Array[60], Gen.Int[1, 300]).SampleAsync(async (sizes, manners, piece) =>
        {
            await using var feed = Feed();
            var session = ReadAsync(feed, 0, 1000, piece);
            for (var i = 0; feed.Taken < 1000; i++)
            {
                var (size, manner) = (sizes[i % sizes.Length], manners[i % manners.Length]);
                var at = feed.Taken;
                var end = (int)Math.Min(1000, at + size);
                var told = manner == 1 ? Math.Min(1000 - at, size + 5) : end - at;
                var how = await feed.RunAsync(manner == 2 ? new MemoryStream([9]) : Whole((int)at, end), manner == 2 ? at + 1 : at, manner == 3 ? null : told, CancellationToken.None);
                Assert.Contains(how, manner == 2 ? new[] { BodyEnd.WrongOffset } : [BodyEnd.Whole, BodyEnd.ClientGone]);
                Assert.Equal(manner == 2 ? at : end, feed.Taken);
            }

            Assert.Equal(File, await session);
        }, iter: 300, threads: 1);

    private static MemoryStream Whole(int from, int to) => new(File[from..to]);

    private static async Task<byte[]> ReadAsync(ClientFeed feed, long offset, int count, int piece = 64)
    {
        var bytes = new byte[count];
        for (var filled = 0; filled < count;)
        {
            var read = await feed.ReadAsync(offset + filled, bytes.AsMemory(filled, Math.Min(piece, count - filled)), CancellationToken.None);
            Assert.NotEqual(0, read);
            filled += read;
        }

        return bytes;
    }

    /// <summary>The trickle runs on the pool: its steps are waited for, not a time.</summary>
    private static async Task ReachesAsync(ClientFeed feed, long taken)
    {
        await Virtual.Until(() => feed.Taken >= taken, $"{taken} bytes are taken");
        Assert.Equal(taken, feed.Taken);
    }

    private ClientFeed Feed(long start = 0) => new(1000, start, null, FeedOptions.Default, _time);
}

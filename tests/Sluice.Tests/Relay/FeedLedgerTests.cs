using Microsoft.Extensions.Time.Testing;
using Sluice.Relay;
using Xunit;

namespace Sluice.Tests.Relay;

/// <summary>One body, one reader, one offset: every step of the ledger by itself.</summary>
public sealed class FeedLedgerTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly FeedLedger _ledger;

    public FeedLedgerTests() => _ledger = new FeedLedger(100, 10, 10, _time);

    [Theory]
    [InlineData(9, false)]
    [InlineData(10, true)]
    [InlineData(11, false)]
    public void A_body_is_attached_where_the_bytes_end_and_nowhere_else(long offset, bool attached) => Assert.Equal(attached, _ledger.TryAttach(Stream.Null, offset, 5) is not null);

    [Fact]
    public void Only_one_body_is_attached_at_a_time()
    {
        var first = Attach(5);
        Assert.Null(_ledger.TryAttach(Stream.Null, 10, 5));
        _ledger.Cut(first, BodyEnd.Cut);
        Assert.NotNull(_ledger.TryAttach(Stream.Null, 10, 5));
    }

    [Theory]
    [InlineData(5L, 5, true)]
    [InlineData(500L, 90, true)]
    [InlineData(null, 90, false)]
    public void A_body_brings_no_more_than_the_file_needs(long? count, long remaining, bool exact)
    {
        var body = _ledger.TryAttach(Stream.Null, 10, count)!;
        Assert.Equal((remaining, exact), (body.Remaining, body.Exact));
    }

    [Fact]
    public void A_body_has_one_reader_until_that_one_leaves_it()
    {
        var body = Attach(50);
        Assert.Same(body, _ledger.Next(10, staged: false).Body);
        Assert.Null(_ledger.Next(10, staged: false).Body);
        Assert.False(_ledger.TryOccupy(body));

        _ledger.Leave(body, new byte[7], toHeld: false, null);
        Assert.Equal(17, _ledger.Taken);
        Assert.True(_ledger.TryOccupy(body));
    }

    [Fact]
    public void Bytes_for_the_session_move_it_and_bytes_for_the_disk_wait_for_it()
    {
        var body = Attach(50);
        _ledger.TryOccupy(body);
        _ledger.Leave(body, new byte[20], toHeld: true, null);
        Assert.Equal(30, _ledger.Taken);

        // The session is still at 10, and the held run has its next byte.
        Assert.True(_ledger.Next(10, staged: false).Held);
        Assert.Throws<ArgumentOutOfRangeException>(() => _ledger.Next(30, staged: false));
        _ledger.ReadHeld(20);
        Assert.Same(body, _ledger.Next(30, staged: false).Body);
    }

    [Fact]
    public void While_staged_the_session_never_reads_a_body()
    {
        Attach(50);
        Assert.Equal((false, null), (_ledger.Next(10, staged: true).Held, _ledger.Next(10, staged: true).Body));
        Assert.Equal((false, null), (_ledger.LookAhead(staged: true).Held, _ledger.LookAhead(staged: true).Body));
        Assert.NotNull(_ledger.LookAhead(staged: false).Body);
    }

    [Fact]
    public async Task A_body_ends_with_its_last_byte_by_itself()
    {
        var body = Attach(5);
        _ledger.TryOccupy(body);
        _ledger.Leave(body, new byte[5], toHeld: false, null);
        Assert.Equal(BodyEnd.Whole, await body.Ended);
        Assert.Null(_ledger.Body);
    }

    [Fact]
    public async Task A_cut_waits_for_the_reader_and_keeps_what_the_read_still_brought_and_the_first_reason()
    {
        var body = Attach(50);
        _ledger.TryOccupy(body);
        _ledger.Cut(body, BodyEnd.Idle);
        _ledger.Cut(body, BodyEnd.ClientGone);
        Assert.False(body.IsOver);
        Assert.Same(body, _ledger.Body);

        _ledger.Leave(body, new byte[3], toHeld: false, null);
        Assert.Equal(BodyEnd.Idle, await body.Ended);
        Assert.Equal(13, _ledger.Taken);
    }

    [Fact]
    public void News_comes_with_a_body_with_bytes_and_with_an_end()
    {
        var first = _ledger.LookAhead(staged: false).News;
        var body = Attach(50);
        Assert.True(first.IsCompleted);

        var second = _ledger.LookAhead(staged: true).News;
        Assert.False(second.IsCompleted);
        _ledger.TryOccupy(body);
        _ledger.Leave(body, new byte[1], toHeld: true, null);
        Assert.True(second.IsCompleted);

        _ledger.ReadHeld(1);
        var third = _ledger.LookAhead(staged: true).News;
        _ledger.Cut(body, BodyEnd.Cut);
        Assert.True(third.IsCompleted);
    }

    [Fact]
    public async Task Going_back_behind_what_was_taken_cuts_the_body_and_is_where_the_next_is_accepted()
    {
        var body = Attach(90);
        _ledger.TryOccupy(body);
        _ledger.Leave(body, new byte[40], toHeld: false, null);
        _ledger.GoBack(20, 30);
        Assert.Equal(BodyEnd.Cut, await body.Ended);
        Assert.Equal(30, _ledger.Taken);
        Assert.True(_ledger.Next(20, staged: false).Held);
        Assert.Null(_ledger.TryAttach(Stream.Null, 50, 1));
        Assert.NotNull(_ledger.TryAttach(Stream.Null, 30, 1));
    }

    [Fact]
    public void Going_back_within_what_is_here_leaves_the_body_alone()
    {
        var body = Attach(90);
        _ledger.TryOccupy(body);
        _ledger.Leave(body, new byte[40], toHeld: false, null);
        _ledger.GoBack(20, long.MaxValue);
        Assert.Equal(50, _ledger.Taken);
        Assert.Same(body, _ledger.Body);
        Assert.False(body.IsOver);
    }

    [Fact]
    public void The_last_byte_is_known_from_the_read_that_brought_it_until_the_offset_goes_back()
    {
        Assert.Null(_ledger.LastByte);
        var body = Attach(90);
        _ledger.TryOccupy(body);
        var bytes = new byte[90];
        bytes[^1] = 7;
        _ledger.Leave(body, bytes, toHeld: false, null);
        Assert.Equal(7, (int?)_ledger.LastByte);
        _ledger.GoBack(0, 0);
        Assert.Null(_ledger.LastByte);
    }

    [Fact]
    public void Away_is_counted_from_the_last_body_and_only_while_there_is_none()
    {
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal((true, TimeSpan.FromSeconds(5)), (_ledger.IsAway, _ledger.Away));
        var body = Attach(50);
        Assert.Equal((false, TimeSpan.Zero), (_ledger.IsAway, _ledger.Away));
        _ledger.Cut(body, BodyEnd.ClientGone);
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal((true, TimeSpan.FromSeconds(2)), (_ledger.IsAway, _ledger.Away));
    }

    [Fact]
    public void A_closed_feed_takes_no_body_and_the_one_it_has_must_still_be_ended()
    {
        var body = Attach(50);
        _ledger.Close();
        Assert.True(_ledger.IsClosed);
        Assert.False(body.IsOver);
        _ledger.Cut(body, BodyEnd.Cut);
        Assert.True(body.IsOver);
        Assert.Null(_ledger.TryAttach(Stream.Null, 10, 5));
    }

    private FeedBody Attach(long count) => _ledger.TryAttach(Stream.Null, 10, count)!;
}

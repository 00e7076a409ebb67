using Sluice.Buffers;
using Sluice.Errors;
using Xunit;

namespace Sluice.Tests.Buffers;

public sealed class ByteBudgetTests : IDisposable
{
    private const int Page = 100;

    private readonly PagePool _pool = new(1000, Page);
    private readonly ByteBudget _budget;

    public ByteBudgetTests() => _budget = new ByteBudget(_pool, perUploadBytes: 800, perUploadTickets: 2);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _budget.Dispose();
        _pool.Dispose();
    }

    [Fact]
    public async Task A_ticket_counts_whole_pages_and_comes_back_once()
    {
        var ticket = await _budget.Open("a").AcquireAsync(101, Stop);
        Assert.Equal((200, 200), (ticket.Bytes, _budget.TicketBytes));

        ticket.Dispose();
        ticket.Dispose();
        Assert.Equal(0, _budget.TicketBytes);
        Assert.Equal(0, ticket.Place.Held);
    }

    [Fact]
    public async Task Nobody_goes_past_the_first_in_line_however_small_his_wish()
    {
        var held = await _budget.Open("a").AcquireAsync(700, Stop);
        var large = _budget.Open("b").AcquireAsync(400, Stop).AsTask();
        var small = _budget.Open("c").AcquireAsync(100, Stop).AsTask();
        Assert.False(large.IsCompleted);
        Assert.False(small.IsCompleted);
        Assert.Null(_budget.TryAcquire(_budget.Open("d"), 100));
        Assert.Equal((2, 500), (_budget.Waiting, _budget.WaitingBytes));

        held.Dispose();
        using var first = await large;
        using var second = await small;
        Assert.Equal(500, _budget.TicketBytes);
    }

    [Fact]
    public async Task So_many_uploads_hold_tickets_at_once_and_the_next_is_served_when_one_holds_none()
    {
        _budget.LimitHolders(2);
        var a = _budget.Open("a");
        var first = await a.AcquireAsync(100, Stop);
        var second = await a.AcquireAsync(100, Stop);
        var other = await _budget.Open("b").AcquireAsync(100, Stop);
        var c = _budget.Open("c").AcquireAsync(100, Stop).AsTask();
        Assert.Equal((2, false), (_budget.Holders, c.IsCompleted));

        // One of two tickets home is not none.
        first.Dispose();
        Assert.False(c.IsCompleted);

        // Who holds one and wants a second does not go past who waits for his first.
        var again = a.AcquireAsync(100, Stop).AsTask();
        Assert.False(again.IsCompleted);
        second.Dispose();
        (await c).Dispose();
        (await again).Dispose();
        other.Dispose();
        Assert.Equal((0, 0), (_budget.Holders, _budget.TicketBytes));
    }

    [Fact]
    public async Task A_raised_limit_on_uploads_serves_who_waits()
    {
        _budget.LimitHolders(1);
        using var first = await _budget.Open("a").AcquireAsync(100, Stop);
        var next = _budget.Open("b").AcquireAsync(100, Stop).AsTask();
        Assert.False(next.IsCompleted);
        _budget.LimitHolders(2);
        (await next).Dispose();
        Assert.Equal(1, _budget.Holders);
    }

    [Fact]
    public async Task Who_came_first_is_served_first()
    {
        var held = await _budget.Open("a").AcquireAsync(800, Stop);
        var waiting = Enumerable.Range(0, 5).Select(i => _budget.Open($"u{i}").AcquireAsync(600, Stop).AsTask()).ToList();
        for (var i = 0; i < waiting.Count; i++)
        {
            held.Dispose();
            held = await waiting[i];
            Assert.All(waiting.Skip(i + 1), static later => Assert.False(later.IsCompleted));
        }

        held.Dispose();
    }

    [Fact]
    public async Task No_upload_gets_a_second_ticket_while_another_waits_for_its_first()
    {
        var greedy = _budget.Open("greedy");
        using var its = await greedy.AcquireAsync(300, Stop);
        var other = await _budget.Open("other").AcquireAsync(600, Stop);

        var second = greedy.AcquireAsync(300, Stop).AsTask();
        var first = _budget.Open("late").AcquireAsync(600, Stop).AsTask();
        other.Dispose();

        using var got = await first;
        Assert.False(second.IsCompleted);
        got.Dispose();
        using var then = await second;
    }

    [Fact]
    public async Task Among_those_who_hold_none_who_got_one_longest_ago_goes_first()
    {
        var (a, b) = (_budget.Open("a"), _budget.Open("b"));
        (await b.AcquireAsync(100, Stop)).Dispose();
        (await a.AcquireAsync(100, Stop)).Dispose();
        var held = await _budget.Open("c").AcquireAsync(800, Stop);

        var forA = a.AcquireAsync(800, Stop).AsTask();
        var forB = b.AcquireAsync(800, Stop).AsTask();
        held.Dispose();

        using var gotB = await forB;
        Assert.False(forA.IsCompleted);
        gotB.Dispose();
        using var gotA = await forA;
    }

    [Fact]
    public async Task A_short_deadline_goes_before_an_earlier_arrival()
    {
        var held = await _budget.Open("a").AcquireAsync(800, Stop);
        var calm = _budget.Open("calm").AcquireAsync(800, Stop).AsTask();
        var hurried = _budget.Open("hurried");
        hurried.SetDeadline(5);
        var soon = hurried.AcquireAsync(800, Stop).AsTask();

        held.Dispose();
        using var got = await soon;
        Assert.False(calm.IsCompleted);
        got.Dispose();
        using var last = await calm;
    }

    [Fact]
    public async Task Requests_not_answered_yet_come_after_all_accepted_uploads()
    {
        var holder = _budget.Open("a");
        using var one = await holder.AcquireAsync(300, Stop);
        using var other = await _budget.Open("b").AcquireAsync(600, Stop);
        var post = _budget.Open("post", accepted: false);
        var forPost = post.AcquireAsync(300, Stop).AsTask();
        var second = holder.AcquireAsync(300, Stop).AsTask();

        other.Dispose();
        using var got = await second;
        using var then = await forPost;
        Assert.Equal(2, holder.Place.Held);
    }

    [Fact]
    public async Task An_answered_request_moves_up()
    {
        var held = await _budget.Open("a").AcquireAsync(800, Stop);
        var early = _budget.Open("early", accepted: false);
        var late = _budget.Open("late", accepted: false);
        var forEarly = early.AcquireAsync(800, Stop).AsTask();
        var forLate = late.AcquireAsync(800, Stop).AsTask();

        late.Accept();
        held.Dispose();
        using var got = await forLate;
        Assert.False(forEarly.IsCompleted);
        got.Dispose();
        using var then = await forEarly;
    }

    [Fact]
    public async Task An_upload_at_its_own_maximum_holds_nobody_up()
    {
        var a = _budget.Open("a");
        var one = await a.AcquireAsync(100, Stop);
        using var two = await a.AcquireAsync(100, Stop);
        var third = a.AcquireAsync(100, Stop).AsTask();
        using var other = await _budget.Open("b").AcquireAsync(800, Stop);
        Assert.False(third.IsCompleted);

        one.Dispose();
        using var got = await third;
    }

    [Fact]
    public async Task The_bytes_of_one_upload_are_bounded_too()
    {
        var a = _budget.Open("a");
        var one = await a.AcquireAsync(500, Stop);
        var second = a.AcquireAsync(400, Stop).AsTask();
        Assert.False(second.IsCompleted);

        one.Dispose();
        using var got = await second;
    }

    [Fact]
    public async Task When_the_first_in_line_gives_up_the_next_is_served()
    {
        using var held = await _budget.Open("a").AcquireAsync(700, Stop);
        using var gaveUp = new CancellationTokenSource();
        var large = _budget.Open("b").AcquireAsync(400, gaveUp.Token).AsTask();
        var small = _budget.Open("c").AcquireAsync(100, Stop).AsTask();

        await gaveUp.CancelAsync();
        using var got = await small;
        var cancelled = await Assert.ThrowsAsync<TaskCanceledException>(() => large);
        Assert.Equal(gaveUp.Token, cancelled.CancellationToken);
        Assert.Equal(0, _budget.Waiting);
    }

    [Fact]
    public async Task Who_gave_up_before_he_asked_gets_nothing()
    {
        await Assert.ThrowsAsync<OperationCanceledException>(() => _budget.Open("a").AcquireAsync(100, new CancellationToken(canceled: true)).AsTask());
        Assert.Equal(0, _budget.TicketBytes);
    }

    [Fact]
    public async Task A_wish_that_no_wait_could_fulfil_is_refused_at_once()
    {
        var error = await Assert.ThrowsAsync<SluiceException>(() => _budget.Open("a").AcquireAsync(801, Stop).AsTask());
        Assert.Equal(ErrorCodes.BadRequest, error.Error.Code);
        Assert.Contains("Memory:BufferMb", error.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => _budget.Open("a").AcquireAsync(0, Stop).AsTask());
    }

    [Fact]
    public async Task A_lowered_ceiling_holds_for_tickets_given_later()
    {
        var one = await _budget.Open("a").AcquireAsync(500, Stop);
        var two = await _budget.Open("b").AcquireAsync(500, Stop);
        _budget.Lower(100);
        Assert.Equal(800, _budget.Limit);

        one.Dispose();
        var next = _budget.Open("c").AcquireAsync(400, Stop).AsTask();
        Assert.False(next.IsCompleted);
        two.Dispose();
        using var got = await next;
        _budget.Lower(5000);
        Assert.Equal(800, _budget.Limit);
    }

    [Fact]
    public async Task Short_memory_holds_new_tickets_back_but_never_the_last_one()
    {
        var one = await _budget.Open("a").AcquireAsync(300, Stop);
        _budget.Allow(500);
        var two = await _budget.Open("b").AcquireAsync(200, Stop);
        var three = _budget.Open("c").AcquireAsync(200, Stop).AsTask();
        var four = _budget.Open("d").AcquireAsync(700, Stop).AsTask();
        Assert.False(three.IsCompleted);

        // Nothing is allowed: the first in line is served when nothing else is out, and only then.
        _budget.Allow(0);
        one.Dispose();
        Assert.False(three.IsCompleted);
        two.Dispose();
        using (await three)
        {
            Assert.False(four.IsCompleted);
        }

        using (await four)
        {
            var five = _budget.Open("e").AcquireAsync(100, Stop).AsTask();
            Assert.False(five.IsCompleted);
            _budget.Allow(1000);
            (await five).Dispose();
        }

        Assert.Equal((0, 1000), (_budget.TicketBytes, _budget.Limit));
    }

    [Fact]
    public async Task Closing_ends_the_wait_and_tickets_still_come_home()
    {
        var held = await _budget.Open("a").AcquireAsync(800, Stop);
        var waiting = _budget.Open("b").AcquireAsync(800, Stop).AsTask();

        _budget.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => waiting);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => _budget.Open("c").AcquireAsync(1, Stop).AsTask());
        held.Dispose();
        Assert.Equal(0, _budget.TicketBytes);
    }
}

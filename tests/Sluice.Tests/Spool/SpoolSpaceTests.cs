using Microsoft.Extensions.Time.Testing;
using Sluice.Buffers;
using Sluice.Errors;
using Sluice.Spool;
using Xunit;

namespace Sluice.Tests.Spool;

public sealed class SpoolSpaceTests : IDisposable
{
    private static readonly TimeSpan Bound = TimeSpan.FromMinutes(1);

    private readonly FakeTimeProvider _time = new();
    private readonly SpoolSpace _space = new(100);

    private static CancellationToken None => TestContext.Current.CancellationToken;

    public void Dispose() => _space.Dispose();

    [Fact]
    public async Task Nobody_goes_past_the_first_in_line_however_small_his_wish()
    {
        using var most = _space.TryAcquire(Place("a"), 70)!;
        var large = Ask("b", 50);
        var small = Ask("c", 10);
        Assert.Null(_space.TryAcquire(Place("d"), 1));
        Assert.False(small.IsCompleted);

        most.Dispose();
        Assert.Equal(50, (await large)!.Bytes);
        Assert.Equal(10, (await small)!.Bytes);
        Assert.Equal(60, _space.ReservedBytes);
    }

    [Fact]
    public async Task An_accepted_upload_goes_before_a_request_that_was_not_answered()
    {
        using var all = _space.TryAcquire(Place("a"), 100)!;
        var asked = _space.AcquireAsync(new LinePlace("b", accepted: false), 60, Bound, _time, None).AsTask();
        var accepted = Ask("c", 60);
        all.Dispose();
        Assert.NotNull(await accepted);
        Assert.False(asked.IsCompleted);
    }

    [Fact]
    public async Task A_wait_ends_with_its_bound_and_whoever_is_next_is_served()
    {
        using var most = _space.TryAcquire(Place("a"), 70)!;
        var large = _space.AcquireAsync(Place("b"), 50, TimeSpan.FromSeconds(10), _time, None).AsTask();
        var small = Ask("c", 10);
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Null(await large);
        Assert.NotNull(await small);
    }

    [Fact]
    public async Task A_cancelled_wait_throws_and_leaves_nothing_behind()
    {
        using var all = _space.TryAcquire(Place("a"), 100)!;
        using var stop = new CancellationTokenSource();
        var asked = _space.AcquireAsync(Place("b"), 50, Bound, _time, stop.Token).AsTask();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
        Assert.Equal(0, _space.Waiting);
        all.Dispose();
        Assert.Equal(0, _space.ReservedBytes);
    }

    [Fact]
    public async Task What_never_fits_is_refused_and_names_the_setting()
    {
        var error = await Assert.ThrowsAsync<SluiceException>(() => Ask("a", 101));
        Assert.Equal(ErrorCodes.DiskFull, error.Error.Code);
        Assert.Contains("Spool:MaxBytes", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Who_holds_space_may_grow_past_the_line_but_not_past_the_limit()
    {
        using var mine = _space.TryAcquire(Place("a"), 60)!;
        var waiting = Ask("b", 50);
        Assert.True(mine.TryGrow(40));
        Assert.False(mine.TryGrow(1));
        Assert.Equal(100, mine.Place.HeldBytes);
        Assert.False(waiting.IsCompleted);
    }

    [Fact]
    public async Task Space_that_was_not_needed_serves_the_next()
    {
        using var mine = _space.TryAcquire(Place("a"), 100)!;
        var waiting = Ask("b", 50);
        mine.ShrinkTo(50);
        Assert.NotNull(await waiting);
        mine.ShrinkTo(70);
        Assert.Equal(50, mine.Bytes);
    }

    [Fact]
    public void A_reservation_goes_back_once_and_cannot_grow_afterwards()
    {
        var mine = _space.TryAcquire(Place("a"), 60)!;
        mine.Dispose();
        mine.Dispose();
        Assert.Equal(0, _space.ReservedBytes);
        Assert.False(mine.TryGrow(1));
        Assert.Equal((0, 0), (mine.Place.Held, mine.Place.HeldBytes));
    }

    [Fact]
    public async Task What_lies_there_for_others_is_not_given_out()
    {
        _space.SetElsewhere(80);
        Assert.Null(_space.TryAcquire(Place("a"), 21));
        var waiting = Ask("b", 30);
        Assert.Equal(10, _space.ShortBy(0));
        _space.SetElsewhere(70);
        Assert.NotNull(await waiting);

        // Bytes that are there are counted although there is no room for them.
        using var adopted = _space.Adopt(Place("c"), 500);
        Assert.Equal(530, _space.ReservedBytes);
        Assert.False(adopted.TryGrow(1));
    }

    [Fact]
    public async Task Closing_ends_every_wait()
    {
        using var all = _space.TryAcquire(Place("a"), 100)!;
        var waiting = Ask("b", 1);
        _space.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => waiting);
    }

    private static LinePlace Place(string upload) => new(upload, accepted: true);

    private Task<SpoolReservation?> Ask(string upload, long bytes) => _space.AcquireAsync(Place(upload), bytes, Bound, _time, None).AsTask();
}

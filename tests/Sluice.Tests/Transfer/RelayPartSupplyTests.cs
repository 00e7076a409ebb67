using System.IO.Pipelines;
using Sluice.Parts;
using Sluice.Relay;
using Sluice.Tests.Relay;
using Sluice.Tests.Resilience;
using Sluice.Tests.Spool;
using Sluice.Transfer;
using Xunit;

namespace Sluice.Tests.Transfer;

/// <summary>Where parts of clients' uploads gather, and where their bytes go when they cannot be sent.</summary>
[Collection(AloneOnVirtualTime.Name)]
public sealed class RelayPartSupplyTests : IDisposable
{
    private const int Part = 512 << 10;

    private static readonly byte[] File = SpoolFolderFixture.Bytes(2 * Part);
    private static readonly PartPlan Plan = new(File.Length, Part, PartMode.Multi);

    private readonly FillWorld _world = new();

    private static CancellationToken Test => TestContext.Current.CancellationToken;

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task A_slow_clients_part_goes_to_the_disk_from_its_first_byte_while_another_waits_for_memory()
    {
        var waits = await _world.HogAsync();
        await using var feed = SlowFeed(new MemoryHeldBytes(0));
        using var supply = _world.Supply(feed, Plan);
        var body = feed.RunAsync(new MemoryStream(File), 0, File.Length, Test);
        using var part = await supply.PrepareAsync(1, Test);
        Assert.IsType<DiskPartBody>(part.Body);
        Assert.Equal(File[..Part], await FillWorld.BytesAsync(part));
        Assert.Equal(File[..Part], await FillWorld.BytesAsync(part));
        Assert.False(waits.IsCompleted || body.IsCompleted);
    }

    [Fact]
    public async Task While_nobody_waits_a_slow_client_has_memory()
    {
        await using var feed = SlowFeed(new MemoryHeldBytes(0));
        using var supply = _world.Supply(feed, Plan);
        _ = feed.RunAsync(new MemoryStream(File), 0, File.Length, Test);
        using var part = await supply.PrepareAsync(1, Test);
        Assert.IsNotType<DiskPartBody>(part.Body);
    }

    [Fact]
    public async Task A_ticket_that_is_not_filled_moves_to_the_disk_when_another_waits_and_the_client_notices_nothing()
    {
        await using var feed = new ClientFeed(File.Length, 0, new MemoryHeldBytes(0), FeedOptions.Default, _world.Time);
        using var supply = _world.Supply(feed, Plan);
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        var body = feed.RunAsync(pipe.Reader.AsStream(), 0, File.Length, Test);
        var preparing = supply.PrepareAsync(1, Test).AsTask();
        await pipe.Writer.WriteAsync(File.AsMemory(0, 1000), Test);
        await Virtual.Until(() => feed.Taken == 1000, "the first bytes are taken");
        var waits = await _world.HogAsync();
        await _world.Time.Pass(TimeSpan.FromSeconds(4));
        Assert.Equal((1, Part), (_world.Buffers.Budget.Waiting, _world.Buffers.Budget.TicketBytes));
        await _world.Time.Pass(TimeSpan.FromSeconds(2));
        await waits;

        await pipe.Writer.WriteAsync(File.AsMemory(1000), Test);
        using var part = await preparing;
        Assert.IsType<DiskPartBody>(part.Body);
        Assert.Equal(File[..Part], await FillWorld.BytesAsync(part));
        Assert.False(body.IsCompleted);
    }

    [Fact]
    public async Task A_ticket_stays_where_the_disk_has_no_room()
    {
        await using var feed = new ClientFeed(File.Length, 0, new MemoryHeldBytes(0, room: Part - 1), FeedOptions.Default, _world.Time);
        using var supply = _world.Supply(feed, Plan);
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        _ = feed.RunAsync(pipe.Reader.AsStream(), 0, File.Length, Test);
        var preparing = supply.PrepareAsync(1, Test).AsTask();
        await pipe.Writer.WriteAsync(File.AsMemory(0, 1000), Test);
        await Virtual.Until(() => feed.Taken == 1000, "the first bytes are taken");
        var waits = await _world.HogAsync();
        await _world.Time.Pass(TimeSpan.FromSeconds(30));
        Assert.False(waits.IsCompleted);
        Assert.Equal(1, _world.Lanes.SlowTickets);
        await pipe.Writer.WriteAsync(File.AsMemory(1000), Test);
        using var part = await preparing;
        Assert.Equal(0, _world.Lanes.SlowTickets);
        Assert.Equal(File[..Part], await FillWorld.BytesAsync(part));
    }

    [Fact]
    public async Task A_disk_that_fails_in_the_middle_gives_the_part_to_memory_and_no_byte_is_lost()
    {
        var waits = await _world.HogAsync();
        var held = new MemoryHeldBytes(0);
        await using var feed = SlowFeed(held);
        using var supply = _world.Supply(feed, Plan);
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        _ = feed.RunAsync(pipe.Reader.AsStream(), 0, File.Length, Test);
        var preparing = supply.PrepareAsync(1, Test).AsTask();
        await pipe.Writer.WriteAsync(File.AsMemory(0, 100_000), Test);
        await Virtual.Until(() => held.End == 100_000, "the first bytes are on the disk");
        held.Lies = true;
        await pipe.Writer.WriteAsync(File.AsMemory(100_000), Test);
        Assert.False(preparing.IsCompleted);
        _world.LetGo();
        (await waits).Dispose();
        using var part = await preparing;
        Assert.IsNotType<DiskPartBody>(part.Body);
        Assert.Equal(File[..Part], await FillWorld.BytesAsync(part));
    }

    [Fact]
    public async Task Without_a_disk_slow_fills_hold_at_most_half_of_the_tickets_while_another_waits()
    {
        await using var one = SlowFeed(null);
        await using var other = SlowFeed(null);
        using var first = _world.Supply(one, Plan, "u1");
        using var second = _world.Supply(other, Plan, "u2");
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        _ = one.RunAsync(pipe.Reader.AsStream(), 0, File.Length, Test);
        _ = other.RunAsync(new MemoryStream(File), 0, File.Length, Test);
        await pipe.Writer.WriteAsync(File.AsMemory(0, 1), Test);
        var slow = first.PrepareAsync(1, Test).AsTask();
        await Virtual.Until(() => _world.Lanes.SlowTickets == 1, "the first has a ticket");
        var waits = await _world.HogAsync();
        var held = second.PrepareAsync(1, Test).AsTask();
        await _world.Time.Pass(TimeSpan.FromSeconds(3));
        Assert.Equal((1, 1), (_world.Lanes.SlowTickets, _world.Buffers.Budget.Waiting));

        await pipe.Writer.WriteAsync(File.AsMemory(1), Test);
        (await slow).Dispose();
        (await waits).Dispose();
        using var part = await held;
        Assert.Equal(File[..Part], await FillWorld.BytesAsync(part));
    }

    [Fact]
    public async Task What_was_not_sent_goes_back_to_the_disk_in_order_the_part_that_was_filling_too()
    {
        var held = new MemoryHeldBytes(0);
        await using var feed = new ClientFeed(File.Length, 0, held, FeedOptions.Default, _world.Time);
        using var stop = new CancellationTokenSource();
        var supply = _world.Supply(feed, Plan);
        var body = feed.RunAsync(new MemoryStream(File, 0, Part + 1000), 0, Part + 1000, Test);
        var part = await supply.PrepareAsync(1, Test);
        var filling = supply.PrepareAsync(2, stop.Token).AsTask();
        Assert.Equal(BodyEnd.Whole, await body);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => filling);
        await supply.GiveBackAsync(0, [part]);
        part.Dispose();
        supply.Dispose();
        Assert.Equal((0, Part + 1000), (held.Start, held.End));
        Assert.Equal(Part + 1000, feed.Taken);
        Assert.Equal(0, _world.Buffers.Budget.TicketBytes);

        using var again = _world.Supply(feed, Plan);
        _ = feed.RunAsync(new MemoryStream(File, Part + 1000, Part - 1000), Part + 1000, Part - 1000, Test);
        using var one = await again.PrepareAsync(1, Test);
        using var two = await again.PrepareAsync(2, Test);
        Assert.Equal(File, (byte[])[.. await FillWorld.BytesAsync(one), .. await FillWorld.BytesAsync(two)]);
    }

    [Fact]
    public async Task A_part_that_lies_on_the_disk_needs_no_memory()
    {
        var held = new MemoryHeldBytes(0);
        Assert.True(await held.AppendAsync(File, Test));
        _ = await _world.HogAsync();
        await using var feed = new ClientFeed(File.Length, 0, held, FeedOptions.Default, _world.Time);
        using var supply = _world.Supply(feed, Plan);
        using var one = await supply.PrepareAsync(1, Test);
        using var two = await supply.PrepareAsync(2, Test);
        Assert.Equal(File, (byte[])[.. await FillWorld.BytesAsync(one), .. await FillWorld.BytesAsync(two)]);
    }

    private ClientFeed SlowFeed(MemoryHeldBytes? held)
    {
        var feed = new ClientFeed(File.Length, 0, held, FeedOptions.Default, _world.Time);
        feed.Arrival.Read(100_000, TimeSpan.FromSeconds(10));
        return feed;
    }
}

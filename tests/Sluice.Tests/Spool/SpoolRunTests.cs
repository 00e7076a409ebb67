using CsCheck;
using Microsoft.Extensions.Logging.Abstractions;
using Sluice.Checkpoints;
using Sluice.Errors;
using Sluice.Spool;
using Xunit;

namespace Sluice.Tests.Spool;

/// <summary>A client's bytes on the disk: room before bytes, room back, and what a restart or a power loss leaves of them.</summary>
public sealed class SpoolRunTests
{
    private const int Window = SpoolConstants.TrickleWindow;
    private const long Length = 100L << 20;

    private static readonly byte[] Bytes = SpoolFolderFixture.Bytes(8 << 20);

    private static CancellationToken None => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nothing_is_made_before_the_first_byte_and_what_is_appended_is_read()
    {
        using var world = new SpoolKeeperFixture(64 << 20);
        await using var run = SpoolRun.Open(world.Keeper, "u1", Length, 1000);
        Assert.False(world.Files.IsThere("u1"));
        Assert.True(await run.AppendAsync(Bytes.AsMemory(1000, 5000), None));
        Assert.Equal((1000, 6000), (run.Start, run.End));
        Assert.Equal(Bytes[3000..6000], await ReadAsync(run, 3000, 3000));
    }

    [Fact]
    public async Task A_run_that_is_closed_is_synced_and_goes_on_where_it_ended_after_a_power_loss_too()
    {
        using var world = new SpoolKeeperFixture(64 << 20);
        await using (var run = SpoolRun.Open(world.Keeper, "u1", Length, 1000))
        {
            Assert.True(await run.AppendAsync(Bytes.AsMemory(1000, 5000), None));
        }

        world.Files.Disk.LosePower(world.Files.Path("u1"), new Random(1));
        using var folder = AfterTheNextBoot(world.Files);
        Assert.Equal((1000, 6000), folder.Peek("u1"));
        await using var again = SpoolRun.Open(KeeperOf(folder, world), "u1", Length, 2000);
        Assert.Equal((1000, 6000), (again.Start, again.End));
        Assert.Equal(Bytes[2000..6000], await ReadAsync(again, 2000, 4000));
        Assert.True(await again.AppendAsync(Bytes.AsMemory(6000, 10), None));
        Assert.Equal(Bytes[5990..6010], await ReadAsync(again, 5990, 20));
    }

    [Theory]
    [InlineData(999)]
    [InlineData(6000)]
    [InlineData(9000)]
    public async Task A_run_that_does_not_go_on_where_Notions_bytes_end_is_dropped(long prefix)
    {
        using var world = new SpoolKeeperFixture(64 << 20);
        await using (var run = SpoolRun.Open(world.Keeper, "u1", Length, 1000))
        {
            Assert.True(await run.AppendAsync(Bytes.AsMemory(1000, 5000), None));
        }

        await using var again = SpoolRun.Open(world.Keeper, "u1", Length, prefix);
        Assert.Equal((prefix, prefix), (again.Start, again.End));
        Assert.False(world.Files.IsThere("u1"));
    }

    [Fact]
    public async Task Windows_come_from_the_quota_and_go_back_when_the_upload_got_its_turn()
    {
        using var world = new SpoolKeeperFixture(4 * Window);
        await using var one = SpoolRun.Open(world.Keeper, "u1", Length, 0);
        await using var other = SpoolRun.Open(world.Keeper, "u2", Length, 0);
        Assert.True(await one.TryMakeRoomAsync(Window, trickle: true));
        Assert.False(await one.TryMakeRoomAsync(Window + 1, trickle: true));
        Assert.False(await other.TryMakeRoomAsync(1, trickle: true));
        Assert.True(await one.AppendAsync(Bytes.AsMemory(0, Window), None));
        await one.ForgetBeforeAsync(Window, None);
        Assert.True(await other.TryMakeRoomAsync(Window, trickle: true));
    }

    [Fact]
    public async Task A_whole_upload_has_all_its_room_at_once_and_keeps_its_bytes_until_it_is_over()
    {
        using var world = new SpoolKeeperFixture(8 * Window);
        await using var run = SpoolRun.Open(world.Keeper, "u1", 4 * Window, 0);
        Assert.True(run.CanBeWhole);
        Assert.True(await run.TakeWholeAsync(None));
        Assert.True(run.IsWhole);
        for (var i = 0; i < 4; i++)
        {
            Assert.True(await run.AppendAsync(Bytes.AsMemory(i * Window, Window), None));
        }

        await run.ForgetBeforeAsync(4 * Window, None);
        Assert.Equal(Bytes[..(4 * Window)], await ReadAsync(run, 0, 4 * Window));
        await run.ForgetAsync();
        Assert.False(world.Files.IsThere("u1"));
        Assert.Equal(world.Keeper.Folder.Trickle().ShareBytes, world.Keeper.Folder.Space().ReservedBytes);
    }

    [Fact]
    public async Task An_upload_that_never_fits_is_not_waited_for()
    {
        using var world = new SpoolKeeperFixture(8 * Window);
        await using var run = SpoolRun.Open(world.Keeper, "u1", (6 * Window) + 1, 0);
        Assert.False(run.CanBeWhole);
        Assert.False(await run.TakeWholeAsync(None));
    }

    [Fact]
    public async Task Room_in_the_middle_goes_back_where_the_disk_can_and_is_never_read_as_zeros()
    {
        using var world = new SpoolKeeperFixture(64 << 20);
        var space = world.Keeper.Folder.Space();
        await using (var run = SpoolRun.Open(world.Keeper, "u1", Length, 0))
        {
            Assert.True(await run.AppendAsync(Bytes, None));
            var before = space.ReservedBytes;
            await run.ForgetBeforeAsync(5 << 20, None);
            Assert.Equal((5 << 20, 8 << 20), (run.Start, run.End));
            Assert.Equal(5 << 20, before - space.ReservedBytes);
            Assert.Equal(Bytes[(5 << 20)..], await ReadAsync(run, 5 << 20, 3 << 20));
        }

        // The rows that said that the first 5 MiB are at Notion are lost: then what is held is of no use, and is not used.
        Assert.Equal((5 << 20, 8 << 20), world.Keeper.Folder.Peek("u1"));
        await using var again = SpoolRun.Open(world.Keeper, "u1", Length, 4 << 20);
        Assert.Equal((4 << 20, 4 << 20), (again.Start, again.End));
    }

    [Fact]
    public async Task Where_the_disk_has_no_holes_the_room_comes_back_when_the_run_is_empty()
    {
        using var world = new SpoolKeeperFixture(64 << 20);
        world.Files.Disk.HasNoHoles = true;
        var space = world.Keeper.Folder.Space();
        await using var run = SpoolRun.Open(world.Keeper, "u1", Length, 0);
        Assert.True(await run.AppendAsync(Bytes, None));
        var before = space.ReservedBytes;
        await run.ForgetBeforeAsync(5 << 20, None);
        Assert.Equal(before, space.ReservedBytes);
        await run.ForgetBeforeAsync(8 << 20, None);
        Assert.Equal(before - Bytes.Length, space.ReservedBytes);
        Assert.True(await run.AppendAsync(Bytes.AsMemory(0, 10), None));
        Assert.Equal((8 << 20, (8 << 20) + 10), (run.Start, run.End));
    }

    [Fact]
    public async Task A_full_disk_takes_nothing_switches_staging_off_and_leaves_what_was_there()
    {
        using var world = new SpoolKeeperFixture(64 << 20);
        await using var run = SpoolRun.Open(world.Keeper, "u1", Length, 0);
        Assert.True(await run.AppendAsync(Bytes.AsMemory(0, 1000), None));
        world.Files.Disk.Room = 500;
        Assert.False(await run.AppendAsync(Bytes.AsMemory(1000, 1000), None));
        Assert.Equal(1000, run.End);
        Assert.Equal(Bytes[..1000], await ReadAsync(run, 0, 1000));
        Assert.False(world.Keeper.Folder.Health.Off.IsOk);
        Assert.False(await run.TryMakeRoomAsync(1, trickle: true));
        Assert.False(run.CanBeWhole);
    }

    [Fact]
    public async Task What_cannot_be_read_is_an_error_with_a_reason()
    {
        using var world = new SpoolKeeperFixture(64 << 20);
        await using var run = SpoolRun.Open(world.Keeper, "u1", Length, 0);
        Assert.True(await run.AppendAsync(Bytes.AsMemory(0, 1000), None));
        world.Files.Disk.FailsReads = true;
        var e = await Assert.ThrowsAsync<SluiceException>(async () => await run.ReadAsync(0, new byte[10], None));
        Assert.Equal(ErrorCodes.SourceMissing, e.Error.Code);
    }

    /// <summary>Any order of appends, forgetting and beginning anew, then a kill or a power loss: what is held then is the upload's, at its place.</summary>
    [Fact]
    public Task Whatever_happens_what_is_held_are_the_uploads_bytes() =>
        Gen.Select(Gen.Select(Gen.Int[0, 5], Gen.Int[1, 300_000]).Array[1, 25], Gen.Bool, Gen.Int).SampleAsync(async (steps, power, seed) =>
        {
            using var world = new SpoolKeeperFixture(64 << 20);
            var prefix = 0L;
            var run = SpoolRun.Open(world.Keeper, "u1", Bytes.Length, 0);
            foreach (var (kind, amount) in steps)
            {
                var count = (int)Math.Max(0, Math.Min(amount, Bytes.Length - run.End));
                switch (kind)
                {
                    case 0:
                        prefix = run.Start + (amount % Math.Max(1, run.End - run.Start));
                        await run.ForgetBeforeAsync(prefix, CancellationToken.None);
                        break;
                    case 1:
                        prefix = run.End;
                        await run.ForgetBeforeAsync(prefix, CancellationToken.None);
                        break;
                    case 2:
                        prefix = amount;
                        await run.ResetAsync(amount, CancellationToken.None);
                        break;
                    default:
                        Assert.True(await run.AppendAsync(Bytes.AsMemory((int)run.End, count), CancellationToken.None));
                        break;
                }

                Assert.Equal(Bytes[(int)Math.Max(prefix, run.Start)..(int)run.End], await ReadAsync(run, Math.Max(prefix, run.Start), (int)(run.End - Math.Max(prefix, run.Start))));
            }

            var end = run.End;
            var closed = seed % 2 == 0;
            if (closed)
            {
                await run.DisposeAsync();
            }

            // kill -9 leaves what the system has of the file; a power loss what the disk has.
            using var next = new SpoolFolderFixture();
            if (world.Files.IsThere("u1"))
            {
                Directory.CreateDirectory(Path.GetDirectoryName(next.Path("u1"))!);
                await File.WriteAllBytesAsync(next.Path("u1"), closed ? await File.ReadAllBytesAsync(world.Files.Path("u1"), None) : world.Files.Disk.Left, None);
                if (power)
                {
                    world.Files.Disk.LosePower(next.Path("u1"), new Random(seed));
                }
            }

            await run.DisposeAsync();
            next.Options.MaxBytes = 64 << 20;
            using var folder = power ? AfterTheNextBoot(next) : next.Open();
            await using var again = SpoolRun.Open(KeeperOf(folder, world), "u1", Bytes.Length, prefix);
            Assert.InRange(again.End, prefix, Math.Max(prefix, end));
            Assert.True((power && !closed) || again.End == Math.Max(prefix, end), $"A kill or a clean end loses nothing: {end}, and {again.End} is held.");
            Assert.Equal(Bytes[(int)prefix..(int)again.End], await ReadAsync(again, prefix, (int)(again.End - prefix)));
        }, iter: 400, threads: 1);

    private static SpoolFolder AfterTheNextBoot(SpoolFolderFixture files) =>
        new(new SpoolPlace(files.State, null), files.Options, _ => files.Volume, NullLogger.Instance) { Disk = files.Disk, Boot = SpoolFolderFixture.NextBoot };

    private static SpoolKeeper KeeperOf(SpoolFolder folder, SpoolKeeperFixture world) => new(folder, world.Store, "c", new LeaseOptions(), world.Time, NullLogger.Instance);

    private static async Task<byte[]> ReadAsync(SpoolRun run, long offset, int count)
    {
        var bytes = new byte[count];
        for (var done = 0; done < count;)
        {
            var read = await run.ReadAsync(offset + done, bytes.AsMemory(done), CancellationToken.None);
            Assert.NotEqual(0, read);
            done += read;
        }

        return bytes;
    }
}

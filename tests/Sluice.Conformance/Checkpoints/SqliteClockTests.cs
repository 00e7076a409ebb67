using Sluice.Checkpoints;
using Sluice.Stores.Sqlite;
using Xunit;

namespace Sluice.Conformance.Checkpoints;

/// <summary>Leases and budgets do not follow a wall clock that is set while processes run, nor one that is behind after a reboot.</summary>
public sealed class SqliteClockTests : IAsyncDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly SqliteWorld _world = new();

    private static CancellationToken None => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Theory]
    [InlineData(-24)]
    [InlineData(0)]
    [InlineData(24)]
    public async Task Processes_of_one_boot_count_one_clock_whatever_the_wall_says(int hours)
    {
        await using var first = await OpenAsync("boot 1", Noon, uptime: TimeSpan.FromDays(400));
        Assert.NotNull((await AcquireAsync(first, "a")).Lease);
        await using var second = await OpenAsync("boot 1", Noon.AddHours(hours), uptime: TimeSpan.FromDays(400) + TimeSpan.FromSeconds(10));

        Assert.Equal(TimeSpan.FromSeconds(20), (await AcquireAsync(second, "b")).Remaining);
    }

    [Theory]
    [InlineData(-24, 30)]
    [InlineData(0, 30)]
    public async Task After_a_reboot_the_clock_goes_on_where_the_file_ends(int hours, int remaining)
    {
        await using (var first = await OpenAsync("boot 1", Noon, uptime: TimeSpan.FromDays(400)))
        {
            await AcquireAsync(first, "a");
        }

        await using var second = await OpenAsync("boot 2", Noon.AddHours(hours), uptime: TimeSpan.FromSeconds(5));
        Assert.Equal(TimeSpan.FromSeconds(remaining), (await AcquireAsync(second, "b")).Remaining);
    }

    [Fact]
    public async Task After_a_reboot_the_time_that_passed_has_passed()
    {
        await using (var first = await OpenAsync("boot 1", Noon, uptime: TimeSpan.FromDays(400)))
        {
            await AcquireAsync(first, "a");
        }

        await using var second = await OpenAsync("boot 2", Noon.AddMinutes(1), uptime: TimeSpan.FromSeconds(5));
        Assert.NotNull((await AcquireAsync(second, "b")).Lease);
    }

    [Fact]
    public async Task Where_the_boot_has_no_name_a_wall_clock_set_back_between_two_runs_does_no_harm()
    {
        await using (var first = await OpenAsync(null, Noon, uptime: TimeSpan.FromDays(1)))
        {
            await AcquireAsync(first, "a");
        }

        await using var second = await OpenAsync(null, Noon.AddHours(-3), uptime: TimeSpan.FromDays(1));
        Assert.Equal(Sample.LeaseTime, (await AcquireAsync(second, "b")).Remaining);
    }

    private Task<SqliteCheckpointStore> OpenAsync(string? boot, DateTimeOffset wall, TimeSpan uptime) =>
        SqliteCheckpointStore.OpenAsync(new SqliteStoreOptions(_world.File, new SetTime(wall, uptime), boot), liveness: null);

    private static async Task<LeaseAnswer> AcquireAsync(SqliteCheckpointStore store, string holder) =>
        await store.Leases.AcquireAsync("target:x", holder, Sample.LeaseTime, null, None);

    /// <summary>A wall clock and a monotonic one that have nothing to do with each other, both standing still.</summary>
    private sealed class SetTime(DateTimeOffset wall, TimeSpan uptime) : TimeProvider
    {
        public override long TimestampFrequency => 1_000_000_000;

        public override DateTimeOffset GetUtcNow() => wall;

        public override long GetTimestamp() => uptime.Ticks * 100;
    }
}

using Microsoft.Data.Sqlite;
using Sluice.Checkpoints;
using Sluice.Stores.Sqlite;
using Xunit;

namespace Sluice.Conformance.Checkpoints;

/// <summary>How calls are grouped, answered, given up and refused by the store's one thread.</summary>
public sealed class SqliteThreadTests : IAsyncLifetime
{
    private readonly SqliteWorld _world = new();
    private readonly ManualResetEventSlim _gate = new();
    private SqliteThread _thread = null!;

    private static CancellationToken None => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() =>
        _thread = await SqliteThread.StartAsync(new SqliteStoreOptions(_world.File, _world.Time, Boot: null, BusyTries: 3));

    public async ValueTask DisposeAsync()
    {
        _gate.Set();
        await _thread.DisposeAsync();
        await _world.DisposeAsync();
        _gate.Dispose();
    }

    [Fact]
    public async Task A_lone_write_is_committed_at_once()
    {
        // The clock stands still: nothing here could wait for a group.
        await PutAsync("a");
        Assert.Equal(1, _thread.Commits);
        await PutAsync("b");
        Assert.Equal(2, _thread.Commits);
    }

    [Fact]
    public async Task Writes_that_wait_share_a_commit_of_64_at_most()
    {
        var held = await HoldAsync();
        var writes = Enumerable.Range(0, 130).Select(i => PutAsync($"{i}")).ToList();
        _gate.Set();
        await Task.WhenAll(writes);
        await held;

        Assert.Equal(3, _thread.Commits);
        Assert.Equal(130, await CountAsync());
    }

    [Fact]
    public async Task More_calls_than_the_queue_holds_wait_outside_and_are_all_answered()
    {
        var held = await HoldAsync();
        var writes = Enumerable.Range(0, 3 * SqliteConstants.QueueLength).Select(i => PutAsync($"{i}")).ToList();
        _gate.Set();
        await Task.WhenAll(writes);
        await held;

        Assert.Equal(3 * SqliteConstants.QueueLength, await CountAsync());
    }

    [Fact]
    public async Task A_write_that_goes_wrong_takes_only_itself_back()
    {
        var held = await HoldAsync();
        var before = PutAsync("before");
        var bad = _thread.WriteAsync<int>(Durability.Process, static database =>
        {
            Put(database, "half");
            throw new InvalidOperationException("in the middle");
        }, None).AsTask();
        var constraint = _thread.WriteAsync(Durability.Process, static database =>
        {
            Put(database, "half");
            return database.Execute("INSERT INTO meta (name, number) VALUES ('fence', 1)");
        }, None).AsTask();
        var after = PutAsync("after");
        _gate.Set();

        await Assert.ThrowsAsync<InvalidOperationException>(() => bad);
        await Assert.ThrowsAsync<SqliteException>(() => constraint);
        await Task.WhenAll(before, after, held);
        Assert.Equal(2, await CountAsync());
        Assert.Equal(1, _thread.Commits);
    }

    [Fact]
    public async Task A_call_given_up_while_it_waits_takes_no_effect()
    {
        var held = await HoldAsync();
        using var over = new CancellationTokenSource();
        var write = _thread.WriteAsync(Durability.Process, static database => Put(database, "x"), over.Token).AsTask();
        await over.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => write);
        _gate.Set();
        await held;

        Assert.Equal(0, await CountAsync());
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 2)]
    public async Task Only_what_must_survive_a_power_loss_is_synced(int durability, int synchronous)
    {
        // The text differs from call to call: SQLite answers this pragma when it is prepared.
        await PutAsync("a", Durability.Power);
        await PutAsync("b");
        var found = await _thread.WriteAsync((Durability)durability, database => database.Number($"PRAGMA /* {durability} */ synchronous"), None);
        Assert.Equal(synchronous, found);
    }

    [Fact]
    public async Task A_group_is_as_durable_as_its_most_demanding_write()
    {
        var held = await HoldAsync();
        var weak = _thread.WriteAsync(Durability.Process, static database => database.Number("PRAGMA synchronous"), None).AsTask();
        var strong = PutAsync("a", Durability.Power);
        _gate.Set();
        await Task.WhenAll(held, strong);

        Assert.Equal(2, await weak);
    }

    [Fact]
    public async Task A_lock_that_another_process_keeps_makes_writes_unavailable_and_reads_go_on()
    {
        await PutAsync("a");
        using var other = new SqliteConnection($"Data Source={_world.File};Pooling=False");
        other.Open();
        using (var transaction = other.BeginTransaction())
        {
            var write = PutAsync("b");
            Assert.Equal(1, await CountAsync());
            await Assert.ThrowsAsync<StoreUnavailableException>(() => write);
            transaction.Rollback();
        }

        await PutAsync("b");
        Assert.Equal(2, await CountAsync());
    }

    [Fact]
    public async Task Closing_answers_what_is_queued_and_refuses_what_comes_later()
    {
        var held = await HoldAsync();
        var write = PutAsync("a");
        var closing = _thread.DisposeAsync().AsTask();
        var late = PutAsync("b");
        _gate.Set();

        await Task.WhenAll(held, write, closing);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => late);
    }

    /// <summary>Keeps the thread busy until the gate opens, so that what is asked meanwhile is one queue; what is given back ends with it.</summary>
    private async Task<Task> HoldAsync()
    {
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var held = _thread.ReadAsync(
            database =>
            {
                entered.SetResult();
                _gate.Wait(None);
                return 0;
            },
            None).AsTask();
        await entered.Task;
        return held;
    }

    private Task<int> PutAsync(string name, Durability durability = Durability.Process) => _thread.WriteAsync(durability, database => Put(database, name), None).AsTask();

    private Task<long> CountAsync() => _thread.ReadAsync(static database => database.Number("SELECT count(*) FROM keys"), None).AsTask();

    private static int Put(SqliteDatabase database, string name) => database.Execute("INSERT INTO keys (id, revoked, record) VALUES (?1, 0, '')", name);
}

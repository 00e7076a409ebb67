using Sluice.Checkpoints;

namespace Sluice.Stores.Sqlite;

/// <summary>Leases in SQLite. Only held leases have a row; the fence is counted over all keys, so it grows although rows go.</summary>
internal sealed class SqliteLeases(SqliteThread thread, SqliteLeaseWatch watch) : ILeaseStore
{
    public async ValueTask<LeaseAnswer> AcquireAsync(string key, string holder, TimeSpan duration, string? address, CancellationToken cancellationToken)
    {
        var answer = await thread.WriteAsync(Durability.Power, database =>
        {
            var now = database.Clock.Now;
            var other = database.Row(
                "SELECT holder, until, address FROM leases WHERE key = ?1 AND holder <> ?2 AND until > ?3",
                row => new LeaseAnswer(null, row.GetString(0), TimeSpan.FromTicks(row.GetInt64(1) - now), row.IsDBNull(2) ? null : row.GetString(2)),
                key, holder, now);
            if (other is not null && !watch.IsKnownDead(other.HeldBy!))
            {
                return other;
            }

            var ended = database.Rows("SELECT until FROM leases WHERE key = ?1", static row => row.GetInt64(0), key);
            database.Execute("UPDATE meta SET number = number + 1 WHERE name = 'fence'");
            var fence = database.Number("SELECT number FROM meta WHERE name = 'fence'");
            database.Execute(
                "INSERT OR REPLACE INTO leases (key, holder, fence, until, at, address, let_go) VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0)",
                key, holder, fence, now + duration.Ticks, now, address);
            return new LeaseAnswer(new(key, holder, fence)) { TakenOver = ended.Count == 0 ? null : TimeSpan.FromTicks(Math.Max(0, now - ended[0])) };
        }, cancellationToken).ConfigureAwait(false);
        if (answer.Lease is not null)
        {
            watch.Changed(key);
        }

        return answer;
    }

    public ValueTask<LeaseRenewal> RenewAsync(Lease lease, TimeSpan duration, CancellationToken cancellationToken) =>
        thread.WriteAsync(Durability.Process, database =>
        {
            var now = database.Clock.Now;
            var held = database.Execute(
                "UPDATE leases SET until = ?4, at = ?5 WHERE key = ?1 AND holder = ?2 AND fence = ?3", lease.Key, lease.Holder, lease.Fence, now + duration.Ticks, now) > 0;
            return !held ? LeaseRenewal.Lost
                : database.Number("SELECT let_go FROM leases WHERE key = ?1", lease.Key) > 0 ? LeaseRenewal.LetGo
                : LeaseRenewal.Held;
        }, cancellationToken);

    public async ValueTask ReleaseAsync(Lease lease, CancellationToken cancellationToken)
    {
        await thread.WriteAsync(
            Durability.Process,
            database => database.Execute("DELETE FROM leases WHERE key = ?1 AND holder = ?2 AND fence = ?3", lease.Key, lease.Holder, lease.Fence),
            cancellationToken).ConfigureAwait(false);
        watch.Changed(lease.Key);
    }

    public async ValueTask AskToLetGoAsync(string key, CancellationToken cancellationToken)
    {
        await thread.WriteAsync(
            Durability.Process,
            database => database.Execute("UPDATE leases SET let_go = 1 WHERE key = ?1 AND let_go = 0", key),
            cancellationToken).ConfigureAwait(false);
        watch.Changed(key);
    }

    public Task WatchAsync(Lease lease, CancellationToken cancellationToken) => watch.WatchAsync(lease, cancellationToken);
}

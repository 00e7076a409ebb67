using System.Collections.Immutable;
using Sluice.Checkpoints;

namespace Sluice.Stores.Sqlite;

/// <summary>Pace, not-before and learned rate in SQLite, one row for each connection.</summary>
internal sealed class SqliteConnections(SqliteThread thread) : IConnectionStore
{
    private sealed record Row(ImmutableArray<PaceMark> Ledger, long NotBefore, int? Rate, long RateAt);

    public ValueTask<PaceAnswer> LeasePaceAsync(PaceRequest request, CancellationToken cancellationToken) =>
        thread.WriteAsync(Durability.Process, database =>
        {
            var now = database.Clock.Now;
            var row = Find(database, request.ConnectionId);
            var rate = row.Rate is not null && now - row.RateAt < IConnectionStore.RateIsKept.Ticks ? row.Rate : null;
            var (ledger, answer) = PaceLedger.Lease(row.Ledger, request, now, Remaining(row.NotBefore, now), rate);
            Save(database, request.ConnectionId, row with { Ledger = ledger }, now);
            return answer;
        }, cancellationToken);

    public ValueTask<TimeSpan> RaiseNotBeforeAsync(string connectionId, TimeSpan wait, CancellationToken cancellationToken) =>
        thread.WriteAsync(Durability.Process, database =>
        {
            var now = database.Clock.Now;
            var row = Find(database, connectionId);
            var notBefore = Math.Max(row.NotBefore, now + wait.Ticks);
            Save(database, connectionId, row with { NotBefore = notBefore }, now);
            return Remaining(notBefore, now);
        }, cancellationToken);

    public async ValueTask SaveRateAsync(string connectionId, int? requestsPerMinute, CancellationToken cancellationToken) =>
        await thread.WriteAsync(Durability.Process, database =>
        {
            var now = database.Clock.Now;
            Save(database, connectionId, Find(database, connectionId) with { Rate = requestsPerMinute, RateAt = now }, now);
            return true;
        }, cancellationToken).ConfigureAwait(false);

    private static Row Find(SqliteDatabase database, string id) => database.Row(
        "SELECT ledger, not_before, rate, rate_at FROM connections WHERE id = ?1",
        static row => new Row(
            PaceLedgerDocument.Read(row.IsDBNull(0) ? null : row.GetFieldValue<byte[]>(0)),
            row.GetInt64(1),
            row.IsDBNull(2) ? null : row.GetInt32(2),
            row.GetInt64(3)),
        id) ?? new Row([], 0, null, 0);

    private static void Save(SqliteDatabase database, string id, Row row, long now) => database.Execute(
        "INSERT OR REPLACE INTO connections (id, ledger, not_before, rate, rate_at, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        id, PaceLedgerDocument.Of(row.Ledger), row.NotBefore, row.Rate, row.RateAt, now);

    private static TimeSpan Remaining(long notBefore, long now) => notBefore > now ? TimeSpan.FromTicks(notBefore - now) : TimeSpan.Zero;
}

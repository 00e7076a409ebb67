using System.Globalization;
using Sluice.Checkpoints;

namespace Sluice.Stores.Sqlite;

/// <summary>Uploads in SQLite: the record as a document, with the columns that are asked by.</summary>
internal sealed class SqliteUploads(SqliteThread thread, SqliteLeaseWatch watch) : IUploadStore
{
    public async ValueTask CreateAsync(UploadRecord record, CancellationToken cancellationToken) =>
        await thread.WriteAsync(Durability.Power, database =>
        {
            if (database.Number("SELECT count(*) FROM uploads WHERE id = ?1", record.Id) > 0)
            {
                throw new InvalidOperationException($"Upload {record.Id} exists already.");
            }

            return database.Execute(
                "INSERT INTO uploads (id, owner, state, source_key, generation, version, changed, record) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                record.Id, record.Owner, RecordDocument.NameOf(record.State), record.SourceKey, record.GenerationNumber, record.Version, database.Clock.Now, RecordDocument.Of(record));
        }, cancellationToken).ConfigureAwait(false);

    public ValueTask<UploadRecord?> FindAsync(string id, CancellationToken cancellationToken) =>
        thread.ReadAsync(
            database => database.Row("SELECT id, version, record FROM uploads WHERE id = ?1", static row => RecordDocument.Read(row.GetString(0), row.GetInt32(1), row.GetString(2)), id),
            cancellationToken);

    public ValueTask<UploadRecord?> FindBySourceAsync(string sourceKey, CancellationToken cancellationToken) =>
        thread.ReadAsync(
            database => database.Row(
                "SELECT id, version, record FROM uploads WHERE source_key = ?1 ORDER BY seq DESC LIMIT 1",
                static row => RecordDocument.Read(row.GetString(0), row.GetInt32(1), row.GetString(2)),
                sourceKey),
            cancellationToken);

    public ValueTask<UploadPage> ListAsync(UploadQuery query, CancellationToken cancellationToken)
    {
        var before = query.Cursor is null ? long.MaxValue : long.Parse(query.Cursor, CultureInfo.InvariantCulture);
        var states = query.States is null ? null : $",{string.Join(',', query.States.Select(RecordDocument.NameOf))},";
        return thread.ReadAsync(database =>
        {
            var rows = database.Rows(
                """
                SELECT seq, id, version, record FROM uploads
                WHERE seq < ?1 AND (?2 IS NULL OR owner = ?2) AND (?3 IS NULL OR instr(?3, ',' || state || ',') > 0 OR version > ?4)
                ORDER BY seq DESC LIMIT ?5
                """,
                static row => (Sequence: row.GetInt64(0), Id: row.GetString(1), Version: row.GetInt32(2), Document: row.GetString(3)),
                before, query.Owner, states, UploadRecord.CurrentVersion, query.Limit + 1);
            var records = new List<UploadRecord>();
            var unreadable = new List<UnreadableRecord>();
            foreach (var (_, id, version, document) in rows.Take(query.Limit))
            {
                if (RecordDocument.TryRead(id, version, document, out var record) is { } reason)
                {
                    unreadable.Add(reason);
                }
                else
                {
                    records.Add(record!);
                }
            }

            var next = rows.Count > query.Limit ? rows[query.Limit - 1].Sequence.ToString(CultureInfo.InvariantCulture) : null;
            return new UploadPage(records, next, unreadable);
        }, cancellationToken);
    }

    public ValueTask<IReadOnlyDictionary<UploadState, int>> CountAsync(TimeSpan? changedWithin, CancellationToken cancellationToken) =>
        thread.ReadAsync<IReadOnlyDictionary<UploadState, int>>(database =>
        {
            var names = Enum.GetValues<UploadState>().ToDictionary(RecordDocument.NameOf, StringComparer.Ordinal);
            var rows = database.Rows(
                "SELECT state, count(*) FROM uploads WHERE version <= ?1 AND changed >= ?2 GROUP BY state",
                static row => (State: row.GetString(0), Count: row.GetInt32(1)),
                UploadRecord.CurrentVersion, changedWithin is { } span ? database.Clock.Now - span.Ticks : long.MinValue);

            // A record whose state cannot be read is told of where it is listed.
            return rows.Where(row => names.ContainsKey(row.State)).ToDictionary(row => names[row.State], row => row.Count);
        }, cancellationToken);

    public ValueTask<StoreOutcome> UpdateAsync(UploadRecord record, Lease lease, Durability durability, OutboxEvent? withEvent, CancellationToken cancellationToken) =>
        thread.WriteAsync(durability, database =>
        {
            var generation = record.GenerationNumber;
            var (refusal, upload) = SqliteFence.Check(database, record.Id, lease, generation: null);
            if (refusal is { } outcome)
            {
                return outcome;
            }

            if (generation < upload.Generation)
            {
                return StoreOutcome.Stale;
            }

            database.Execute(
                "UPDATE uploads SET owner = ?2, state = ?3, source_key = ?4, generation = ?5, version = ?6, changed = ?7, record = ?8 WHERE seq = ?1",
                upload.Sequence, record.Owner, RecordDocument.NameOf(record.State), record.SourceKey, generation, record.Version, database.Clock.Now, RecordDocument.Of(record));
            if (generation > upload.Generation)
            {
                database.Execute("DELETE FROM parts WHERE upload = ?1 AND generation < ?2", upload.Sequence, generation);
            }

            if (withEvent is not null)
            {
                SqliteOutbox.Put(database, withEvent);
            }

            return StoreOutcome.Written;
        }, cancellationToken);

    public ValueTask<StoreOutcome> AddPartsAsync(string id, Lease lease, int generation, IReadOnlyList<PartRow> rows, CancellationToken cancellationToken)
    {
        PartRow.MustBeOf(rows, generation);
        return thread.WriteAsync(Durability.Process, database =>
        {
            var (refusal, upload) = SqliteFence.Check(database, id, lease, generation);
            if (refusal is { } outcome)
            {
                return outcome;
            }

            SqliteParts.Put(database, upload.Sequence, rows);
            SqliteFence.Touch(database, upload);
            return StoreOutcome.Written;
        }, cancellationToken);
    }

    public ValueTask<IReadOnlyList<PartRow>> PartsAsync(string id, int generation, CancellationToken cancellationToken) =>
        thread.ReadAsync(database => SqliteParts.Of(database, id, generation), cancellationToken);

    public async ValueTask<bool> DeleteAsync(string id, CancellationToken cancellationToken)
    {
        var deleted = await thread.WriteAsync(Durability.Power, database =>
        {
            var sequence = database.Number("SELECT seq FROM uploads WHERE id = ?1", id);
            if (sequence > 0)
            {
                Delete(database, sequence, id);
            }

            return sequence > 0;
        }, cancellationToken).ConfigureAwait(false);
        watch.Changed(LeaseKeys.Upload(id));
        return deleted;
    }

    public ValueTask<IReadOnlyList<string>> DeleteExpiredAsync(TimeSpan unchangedFor, TimeSpan doneFor, Func<UploadRecord, OutboxEvent?> withEvent, CancellationToken cancellationToken) =>
        thread.WriteAsync<IReadOnlyList<string>>(Durability.Process, database =>
        {
            var now = database.Clock.Now;
            var candidates = database.Rows(
                """
                SELECT u.seq, u.id, l.holder, u.version, u.record FROM uploads u LEFT JOIN leases l ON l.key = 'upload:' || u.id AND l.until > ?1
                WHERE u.version <= ?2 AND u.changed < CASE u.state WHEN 'done' THEN ?3 ELSE ?4 END
                ORDER BY u.seq
                """,
                static row => (Sequence: row.GetInt64(0), Id: row.GetString(1), Holder: row.IsDBNull(2) ? null : row.GetString(2), Version: row.GetInt32(3), Document: row.GetString(4)),
                now, UploadRecord.CurrentVersion, now - doneFor.Ticks, now - unchangedFor.Ticks);
            var expired = candidates.Where(candidate => candidate.Holder is null || watch.IsKnownDead(candidate.Holder)).ToList();
            foreach (var (sequence, id, _, version, document) in expired)
            {
                if (RecordDocument.TryRead(id, version, document, out var record) is null && withEvent(record!) is { } item)
                {
                    SqliteOutbox.Put(database, item);
                }

                Delete(database, sequence, id);
            }

            return expired.ConvertAll(static candidate => candidate.Id);
        }, cancellationToken);

    private static void Delete(SqliteDatabase database, long sequence, string id)
    {
        database.Execute("DELETE FROM parts WHERE upload = ?1", sequence);
        database.Execute("DELETE FROM tails WHERE upload = ?1", sequence);
        database.Execute("DELETE FROM leases WHERE key = ?1", LeaseKeys.Upload(id));
        database.Execute("DELETE FROM uploads WHERE seq = ?1", sequence);
    }
}

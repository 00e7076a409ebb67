using Sluice.Checkpoints;

namespace Sluice.Stores.Sqlite;

/// <summary>Tails in SQLite.</summary>
internal sealed class SqliteTails(SqliteThread thread) : ITailStore
{
    public ValueTask<StoreOutcome> WriteAsync(string uploadId, Lease lease, TailRecord tail, CancellationToken cancellationToken) =>
        thread.WriteAsync(Durability.Process, database =>
        {
            var (refusal, upload) = SqliteFence.Check(database, uploadId, lease, tail.Generation);
            if (refusal is { } outcome)
            {
                return outcome;
            }

            database.Execute(
                "INSERT OR REPLACE INTO tails (upload, generation, offset, bytes) VALUES (?1, ?2, ?3, ?4)", upload.Sequence, tail.Generation, tail.Offset, tail.Bytes.ToArray());
            SqliteFence.Touch(database, upload);
            return StoreOutcome.Written;
        }, cancellationToken);

    public ValueTask<TailRecord?> ReadAsync(string uploadId, CancellationToken cancellationToken) =>
        thread.ReadAsync(
            database => database.Row(
                "SELECT t.generation, t.offset, t.bytes FROM tails t JOIN uploads u ON u.seq = t.upload WHERE u.id = ?1",
                static row => new TailRecord(row.GetInt32(0), row.GetInt64(1), row.GetFieldValue<byte[]>(2)),
                uploadId),
            cancellationToken);

    public ValueTask<StoreOutcome> DeleteAsync(string uploadId, Lease lease, CancellationToken cancellationToken) =>
        thread.WriteAsync(Durability.Process, database =>
        {
            var (refusal, upload) = SqliteFence.Check(database, uploadId, lease, generation: null);
            if (refusal is { } outcome)
            {
                return outcome;
            }

            database.Execute("DELETE FROM tails WHERE upload = ?1", upload.Sequence);
            SqliteFence.Touch(database, upload);
            return StoreOutcome.Written;
        }, cancellationToken);
}

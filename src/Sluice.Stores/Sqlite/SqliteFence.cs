using Sluice.Checkpoints;

namespace Sluice.Stores.Sqlite;

/// <summary>The check each fenced write makes in its own transaction: the record is there and readable, the fence and the generation are the current ones.</summary>
internal static class SqliteFence
{
    /// <summary>What keeps a write out, or the record's row. A generation of null is not checked.</summary>
    public static (StoreOutcome? Refusal, SqliteUploadRow Upload) Check(SqliteDatabase database, string uploadId, Lease lease, int? generation)
    {
        LeaseKeys.MustBeOf(lease, uploadId);
        var rows = database.Rows(
            """
            SELECT u.seq, u.generation, u.version, l.key IS NOT NULL FROM uploads u
            LEFT JOIN leases l ON l.key = ?2 AND l.fence = ?3 AND l.holder = ?4 WHERE u.id = ?1
            """,
            static row => (Upload: new SqliteUploadRow(row.GetInt64(0), row.GetInt32(1)), Version: row.GetInt32(2), Held: row.GetBoolean(3)),
            uploadId, lease.Key, lease.Fence, lease.Holder);
        if (rows.Count == 0)
        {
            return (StoreOutcome.Missing, default);
        }

        var (upload, version, held) = rows[0];
        if (UnreadableRecord.OfVersion(uploadId, version) is { } unreadable)
        {
            throw unreadable.ToException();
        }

        var current = held && (generation is null || generation == upload.Generation);
        return (current ? null : StoreOutcome.Stale, upload);
    }

    /// <summary>Puts off the record's expiry.</summary>
    public static void Touch(SqliteDatabase database, SqliteUploadRow upload) =>
        database.Execute("UPDATE uploads SET changed = ?2 WHERE seq = ?1", upload.Sequence, database.Clock.Now);
}

using Sluice.Checkpoints;
using Sluice.Integrity;

namespace Sluice.Stores.Sqlite;

/// <summary>Part rows in SQLite.</summary>
internal static class SqliteParts
{
    public static void Put(SqliteDatabase database, long upload, IReadOnlyList<PartRow> rows)
    {
        foreach (var row in rows)
        {
            database.Execute(
                "INSERT OR REPLACE INTO parts (upload, generation, number, length, kind, digest, state) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                upload, row.Generation, row.Number, row.Length, (int)row.Proof.Kind, row.Proof.Digest, row.Proof.State);
        }
    }

    public static IReadOnlyList<PartRow> Of(SqliteDatabase database, string id, int generation) => database.Rows(
        """
        SELECT p.number, p.length, p.kind, p.digest, p.state FROM parts p JOIN uploads u ON u.seq = p.upload
        WHERE u.id = ?1 AND p.generation = ?2 ORDER BY p.number
        """,
        row => new PartRow(
            generation,
            row.GetInt32(0),
            row.GetInt64(1),
            new PartProof((ProofKind)row.GetInt32(2), row.GetFieldValue<byte[]>(3), row.IsDBNull(4) ? null : row.GetFieldValue<byte[]>(4))),
        id, generation);
}

using System.Text.Json;
using Microsoft.Data.Sqlite;
using Sluice.Checkpoints;

namespace Sluice.Stores.Sqlite;

/// <summary>Keys in SQLite.</summary>
internal sealed class SqliteKeys(SqliteThread thread) : IKeyStore
{
    public async ValueTask AddAsync(KeyRecord key, CancellationToken cancellationToken) =>
        await thread.WriteAsync(Durability.Power, database =>
            database.Number("SELECT count(*) FROM keys WHERE id = ?1", key.Id) > 0
                ? throw new InvalidOperationException($"Key {key.Id} exists already.")
                : database.Execute("INSERT INTO keys (id, revoked, record) VALUES (?1, ?2, ?3)", key.Id, key.Revoked, JsonSerializer.Serialize(key, RecordJsonContext.Default.KeyRecord)),
            cancellationToken).ConfigureAwait(false);

    public ValueTask<KeyRecord?> FindAsync(string id, CancellationToken cancellationToken) =>
        thread.ReadAsync(database => database.Row("SELECT record, revoked FROM keys WHERE id = ?1", Read, id), cancellationToken);

    public ValueTask<IReadOnlyList<KeyRecord>> ListAsync(CancellationToken cancellationToken) =>
        thread.ReadAsync<IReadOnlyList<KeyRecord>>(static database => database.Rows("SELECT record, revoked FROM keys ORDER BY id", Read), cancellationToken);

    public ValueTask<bool> RevokeAsync(string id, CancellationToken cancellationToken) =>
        thread.WriteAsync(Durability.Power, database => database.Execute("UPDATE keys SET revoked = 1 WHERE id = ?1 AND revoked = 0", id) > 0, cancellationToken);

    private static KeyRecord Read(SqliteDataReader row) =>
        JsonSerializer.Deserialize(row.GetString(0), RecordJsonContext.Default.KeyRecord)! with { Revoked = row.GetBoolean(1) };
}

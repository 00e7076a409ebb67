using System.Text.Json;
using Microsoft.Data.Sqlite;
using Sluice.Checkpoints;

namespace Sluice.Stores.Sqlite;

/// <summary>Links in SQLite.</summary>
internal sealed class SqliteLinks(SqliteThread thread) : ILinkStore
{
    public async ValueTask AddAsync(LinkRecord link, CancellationToken cancellationToken) =>
        await thread.WriteAsync(Durability.Power, database =>
            database.Number("SELECT count(*) FROM links WHERE id = ?1", link.Id) > 0
                ? throw new InvalidOperationException($"Link {link.Id} exists already.")
                : database.Execute(
                    "INSERT INTO links (id, owner, uses, max_uses, revoked, record) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                    link.Id, link.Owner, link.Uses, link.MaxUses, link.Revoked, JsonSerializer.Serialize(link, RecordJsonContext.Default.LinkRecord)),
            cancellationToken).ConfigureAwait(false);

    public ValueTask<LinkRecord?> FindAsync(string id, CancellationToken cancellationToken) =>
        thread.ReadAsync(database => database.Row("SELECT record, uses, revoked FROM links WHERE id = ?1", Read, id), cancellationToken);

    public ValueTask<IReadOnlyList<LinkRecord>> ListAsync(string owner, CancellationToken cancellationToken) =>
        thread.ReadAsync<IReadOnlyList<LinkRecord>>(
            database => database.Rows("SELECT record, uses, revoked FROM links WHERE owner = ?1 ORDER BY id", Read, owner), cancellationToken);

    public ValueTask<bool> UseAsync(string id, CancellationToken cancellationToken) =>
        thread.WriteAsync(
            Durability.Power,
            database => database.Execute("UPDATE links SET uses = uses + 1 WHERE id = ?1 AND revoked = 0 AND (max_uses IS NULL OR uses < max_uses)", id) > 0,
            cancellationToken);

    public ValueTask<bool> RevokeAsync(string id, CancellationToken cancellationToken) =>
        thread.WriteAsync(Durability.Power, database => database.Execute("UPDATE links SET revoked = 1 WHERE id = ?1 AND revoked = 0", id) > 0, cancellationToken);

    private static LinkRecord Read(SqliteDataReader row) =>
        JsonSerializer.Deserialize(row.GetString(0), RecordJsonContext.Default.LinkRecord)! with { Uses = row.GetInt32(1), Revoked = row.GetBoolean(2) };
}

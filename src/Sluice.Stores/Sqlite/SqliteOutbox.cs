using System.Text.Json;
using Sluice.Checkpoints;

namespace Sluice.Stores.Sqlite;

/// <summary>Events in SQLite.</summary>
internal sealed class SqliteOutbox(SqliteThread thread) : IOutbox
{
    /// <summary>Puts an event in, due at once, in the transaction of the write it reports.</summary>
    public static void Put(SqliteDatabase database, OutboxEvent item) => database.Execute(
        "INSERT OR IGNORE INTO outbox (id, due, tries, record) VALUES (?1, ?2, ?3, ?4)",
        item.Id, database.Clock.Now, item.Tries, JsonSerializer.Serialize(item, RecordJsonContext.Default.OutboxEvent));

    public async ValueTask<IReadOnlyList<OutboxEvent>> TakeAsync(int limit, TimeSpan hideFor, CancellationToken cancellationToken)
    {
        // Asked every other second for as long as the process lives: where nothing is due, nothing is locked or written.
        var any = await thread.ReadAsync(static database => database.Number("SELECT EXISTS (SELECT 1 FROM outbox WHERE due <= ?1)", database.Clock.Now), cancellationToken).ConfigureAwait(false);
        return any == 0 ? [] : await TakeDueAsync(limit, hideFor, cancellationToken).ConfigureAwait(false);
    }

    private ValueTask<IReadOnlyList<OutboxEvent>> TakeDueAsync(int limit, TimeSpan hideFor, CancellationToken cancellationToken) =>
        thread.WriteAsync<IReadOnlyList<OutboxEvent>>(Durability.Process, database =>
        {
            var now = database.Clock.Now;
            var due = database.Rows(
                "SELECT record, tries + 1 FROM outbox WHERE due <= ?1 ORDER BY seq LIMIT ?2",
                static row => JsonSerializer.Deserialize(row.GetString(0), RecordJsonContext.Default.OutboxEvent)! with { Tries = row.GetInt32(1) },
                now, limit);
            foreach (var item in due)
            {
                database.Execute("UPDATE outbox SET tries = ?2, due = ?3 WHERE id = ?1", item.Id, item.Tries, now + hideFor.Ticks);
            }

            return due;
        }, cancellationToken);

    public async ValueTask DoneAsync(string eventId, CancellationToken cancellationToken) =>
        await thread.WriteAsync(Durability.Process, database => database.Execute("DELETE FROM outbox WHERE id = ?1", eventId), cancellationToken).ConfigureAwait(false);

    public async ValueTask RetryAsync(string eventId, TimeSpan delay, CancellationToken cancellationToken) =>
        await thread.WriteAsync(
            Durability.Process,
            database => database.Execute("UPDATE outbox SET due = ?2 WHERE id = ?1", eventId, database.Clock.Now + delay.Ticks),
            cancellationToken).ConfigureAwait(false);
}

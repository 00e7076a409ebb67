using System.Globalization;

namespace Sluice.Stores.Sqlite;

/// <summary>Tables and what opening a file checks.</summary>
internal static class SqliteSchema
{
    private const string Tables = """
        CREATE TABLE meta (name TEXT PRIMARY KEY, number INTEGER NOT NULL, text TEXT) WITHOUT ROWID;
        INSERT INTO meta (name, number) VALUES ('fence', 0);
        CREATE TABLE uploads (
            seq INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            owner TEXT NOT NULL,
            state TEXT NOT NULL,
            source_key TEXT,
            generation INTEGER NOT NULL,
            version INTEGER NOT NULL,
            changed INTEGER NOT NULL,
            record TEXT NOT NULL);
        CREATE INDEX uploads_by_source ON uploads (source_key) WHERE source_key IS NOT NULL;
        CREATE INDEX uploads_by_change ON uploads (changed);
        CREATE TABLE parts (
            upload INTEGER NOT NULL,
            generation INTEGER NOT NULL,
            number INTEGER NOT NULL,
            length INTEGER NOT NULL,
            kind INTEGER NOT NULL,
            digest BLOB NOT NULL,
            state BLOB,
            PRIMARY KEY (upload, generation, number)) WITHOUT ROWID;
        CREATE TABLE tails (
            upload INTEGER PRIMARY KEY,
            generation INTEGER NOT NULL,
            offset INTEGER NOT NULL,
            bytes BLOB NOT NULL);
        CREATE TABLE leases (
            key TEXT PRIMARY KEY,
            holder TEXT NOT NULL,
            fence INTEGER NOT NULL,
            until INTEGER NOT NULL,
            at INTEGER NOT NULL,
            address TEXT,
            let_go INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE connections (
            id TEXT PRIMARY KEY,
            ledger BLOB,
            not_before INTEGER NOT NULL,
            rate INTEGER,
            rate_at INTEGER NOT NULL,
            at INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE keys (id TEXT PRIMARY KEY, revoked INTEGER NOT NULL, record TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE links (
            id TEXT PRIMARY KEY,
            owner TEXT NOT NULL,
            uses INTEGER NOT NULL,
            max_uses INTEGER,
            revoked INTEGER NOT NULL,
            record TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE outbox (
            seq INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            due INTEGER NOT NULL,
            tries INTEGER NOT NULL,
            record TEXT NOT NULL);
        CREATE INDEX outbox_by_due ON outbox (due);
        """;

    /// <summary>Refuses a file that is not ours or newer, before anything is changed in it.</summary>
    public static void Refuse(SqliteDatabase database)
    {
        if (IsNew(database))
        {
            return;
        }

        if (database.Number("PRAGMA application_id") != SqliteConstants.ApplicationId)
        {
            throw SqliteErrors.NotOurs(database.File);
        }

        var schema = database.Number("PRAGMA user_version");
        if (schema > SqliteConstants.SchemaVersion)
        {
            throw SqliteErrors.Newer(database.File, schema);
        }
    }

    /// <summary>Makes the tables where the file is empty. Runs in a write transaction, so that only one process makes them.</summary>
    public static void Ensure(SqliteDatabase database)
    {
        if (IsNew(database))
        {
            database.ExecuteScript(Tables);
            database.ExecuteScript(string.Create(CultureInfo.InvariantCulture, $"PRAGMA application_id = {SqliteConstants.ApplicationId}; PRAGMA user_version = {SqliteConstants.SchemaVersion};"));
        }
        else
        {
            Refuse(database);
        }
    }

    private static bool IsNew(SqliteDatabase database) =>
        database.Number("SELECT count(*) FROM sqlite_schema") == 0 && database.Number("PRAGMA user_version") == 0 && database.Number("PRAGMA application_id") == 0;
}

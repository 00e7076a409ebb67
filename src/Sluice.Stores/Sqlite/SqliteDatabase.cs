using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Sluice.Stores.Sqlite;

/// <summary>One connection with its prepared statements. Only the store's thread uses it.</summary>
internal sealed class SqliteDatabase : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly Dictionary<string, SqliteCommand> _statements = new(StringComparer.Ordinal);
    private bool _full;

    private SqliteDatabase(string file, SqliteConnection connection)
    {
        File = file;
        _connection = connection;
    }

    public string File { get; }

    public SqliteClock Clock { get; private set; } = null!;

    /// <summary>Opens or makes the file, checks it, and makes its tables where it is new.</summary>
    public static SqliteDatabase Open(SqliteStoreOptions options)
    {
        // The file is made first, with its mode: SQLite gives the log and its index the mode of the file.
        StateFolder.Create(Path.GetDirectoryName(options.File)!);
        if (!System.IO.File.Exists(options.File))
        {
            Make(options.File);
        }

        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = options.File,
            Mode = SqliteOpenMode.ReadWriteCreate,
            Pooling = false,
            DefaultTimeout = 1,
        }.ToString());
        SqliteDatabase? database = null;
        try
        {
            connection.Open();
            database = new(options.File, connection);
            database.SetUp(options);
            return database;
        }
        catch
        {
            database?.Dispose();
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Whether the next commit survives a power loss, or the death of the process only. Not inside a transaction.</summary>
    public void SetDurability(bool power)
    {
        if (power != _full)
        {
            // Never a kept statement: SQLite carries out this pragma when it is prepared, not when it is stepped.
            ExecuteScript(power ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
            _full = power;
        }
    }

    /// <summary>Begins to write; false where another process does for longer than SQLite waits by itself.</summary>
    public bool TryBegin()
    {
        // Not through a command, which would go on trying for a second while reads wait behind it.
        var result = raw.sqlite3_exec(_connection.Handle, "BEGIN IMMEDIATE");
        if (result is raw.SQLITE_BUSY)
        {
            return false;
        }

        SqliteException.ThrowExceptionForRC(result, _connection.Handle);
        return true;
    }

    /// <summary>Runs a statement that is prepared once; its parameters are ?1, ?2 and so on. The text must be a constant.</summary>
    public int Execute(string sql, params ReadOnlySpan<object?> arguments) => Statement(sql, arguments).ExecuteNonQuery();

    /// <summary>Runs statements that are not kept.</summary>
    public void ExecuteScript(string sql) => SqliteException.ThrowExceptionForRC(raw.sqlite3_exec(_connection.Handle, sql), _connection.Handle);

    /// <summary>The first column of the first row as a number; 0 where there is none.</summary>
    public long Number(string sql, params ReadOnlySpan<object?> arguments) => Statement(sql, arguments).ExecuteScalar() is long number ? number : 0;

    /// <summary>All rows.</summary>
    public List<T> Rows<T>(string sql, Func<SqliteDataReader, T> read, params ReadOnlySpan<object?> arguments)
    {
        using var reader = Statement(sql, arguments).ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    /// <summary>The first row, or the default where there is none.</summary>
    public T? Row<T>(string sql, Func<SqliteDataReader, T> read, params ReadOnlySpan<object?> arguments)
    {
        using var reader = Statement(sql, arguments).ExecuteReader();
        return reader.Read() ? read(reader) : default;
    }

    /// <summary>Undoes an open transaction where there still is one: some failures end it by themselves.</summary>
    public void Rollback()
    {
        if (raw.sqlite3_get_autocommit(_connection.Handle) == 0)
        {
            ExecuteScript("ROLLBACK");
        }
    }

    public void Dispose()
    {
        foreach (var statement in _statements.Values)
        {
            statement.Dispose();
        }

        _statements.Clear();
        _connection.Dispose();
    }

    private static void Make(string file)
    {
        try
        {
            new FileStream(file, StateFolder.PrivateFile(FileMode.CreateNew)).Dispose();
        }
        catch (IOException) when (System.IO.File.Exists(file))
        {
            // Another process made it between the look and the making.
        }
    }

    private void SetUp(SqliteStoreOptions options)
    {
        // The busy time comes first: several processes may open one new file at once.
        ExecuteScript($"PRAGMA busy_timeout = {SqliteConstants.BusyMilliseconds * SqliteConstants.BusyTries}");
        SqliteSchema.Refuse(this);
        if (Row("PRAGMA journal_mode = WAL", static row => row.GetString(0)) != "wal")
        {
            throw new IOException("its file system cannot share memory between processes, which the write-ahead log needs");
        }

        // Modest memory: a small page cache, no memory map, a log that is cut back after each checkpoint.
        ExecuteScript("""
            PRAGMA synchronous = NORMAL;
            PRAGMA cache_size = -512;
            PRAGMA mmap_size = 0;
            PRAGMA journal_size_limit = 4194304;
            """);
        ExecuteScript("BEGIN IMMEDIATE");
        SqliteSchema.Ensure(this);
        Clock = SqliteClock.Anchor(this, options.TimeProvider, options.Boot);
        ExecuteScript("COMMIT");
        ExecuteScript($"PRAGMA busy_timeout = {SqliteConstants.BusyMilliseconds}");
        if (options.MaxPages is { } pages)
        {
            ExecuteScript($"PRAGMA max_page_count = {pages}");
        }
    }

    private SqliteCommand Statement(string sql, ReadOnlySpan<object?> arguments)
    {
        if (!_statements.TryGetValue(sql, out var statement))
        {
            statement = _connection.CreateCommand();
#pragma warning disable CA2100 // the texts are constants of this folder
            statement.CommandText = sql;
#pragma warning restore CA2100
            for (var i = 1; i <= arguments.Length; i++)
            {
                statement.Parameters.Add(new SqliteParameter { ParameterName = $"?{i}" });
            }

            _statements.Add(sql, statement);
        }

        for (var i = 0; i < arguments.Length; i++)
        {
            statement.Parameters[i].Value = arguments[i] ?? DBNull.Value;
        }

        return statement;
    }
}

using System.Diagnostics;
using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using Sluice.Checkpoints;

namespace Sluice.Stores.Sqlite;

/// <summary>
/// The one thread that talks to SQLite. Each round: (1) take what is queued, (2) answer the reads, (3) begin, (4) carry out the
/// writes, with those that came meanwhile, (5) commit, (6) answer them. A lone write is committed at once; while a commit syncs
/// the disk the next group gathers, so that many writers share a sync.
/// </summary>
internal sealed class SqliteThread : IAsyncDisposable
{
    private readonly Channel<SqliteWork> _queue = Channel.CreateBounded<SqliteWork>(new BoundedChannelOptions(SqliteConstants.QueueLength) { SingleReader = true });
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<SqliteWork> _reads = [];
    private readonly List<SqliteWork> _writes = [];
    private readonly SqliteStoreOptions _options;
    private long _commits;

    private SqliteThread(SqliteStoreOptions options) => _options = options;

    /// <summary>How many commits were made.</summary>
    public long Commits => Volatile.Read(ref _commits);

    /// <summary>Starts the thread and opens the file; throws what <see cref="SqliteErrors.OfOpen"/> says.</summary>
    public static async Task<SqliteThread> StartAsync(SqliteStoreOptions options)
    {
        var store = new SqliteThread(options);
        new Thread(store.Run, SqliteConstants.StackBytes) { IsBackground = true, Name = "sluice-sqlite" }.Start();
        await store._opened.Task.ConfigureAwait(false);
        return store;
    }

    public ValueTask<T> ReadAsync<T>(Func<SqliteDatabase, T> read, CancellationToken cancellationToken) => AskAsync(new SqliteWork<T>(null, read), cancellationToken);

    /// <summary>Carries out a change in a transaction: whole, or where it throws not at all. The answer comes when it is as durable as asked for.</summary>
    public ValueTask<T> WriteAsync<T>(Durability durability, Func<SqliteDatabase, T> change, CancellationToken cancellationToken) =>
        AskAsync(new SqliteWork<T>(durability, change), cancellationToken);

    /// <summary>Answers what is queued, folds the log into the file and closes it.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _closed.Task.ConfigureAwait(false);
    }

    private async ValueTask<T> AskAsync<T>(SqliteWork<T> work, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            await _queue.Writer.WriteAsync(work, cancellationToken).ConfigureAwait(false);
        }
        catch (ChannelClosedException e)
        {
            throw new ObjectDisposedException("The store is closed.", e);
        }

        using var registration = cancellationToken.UnsafeRegister(static (state, token) => ((SqliteWork<T>)state!).Cancel(token), work);
        return await work.Task.ConfigureAwait(false);
    }

    private void Run()
    {
        SqliteDatabase database;
        try
        {
            database = SqliteDatabase.Open(_options);
            _opened.SetResult();
        }
        catch (Exception e)
        {
            _closed.SetResult();
            _opened.SetException(SqliteErrors.OfOpen(e, _options.File));
            return;
        }

        try
        {
            // This thread is the store's own, so it may block; the pool never does.
            while (_queue.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
            {
                Round(database);
            }
        }
        finally
        {
            _queue.Writer.TryComplete();
            while (_queue.Reader.TryRead(out var left))
            {
                left.Fail(new ObjectDisposedException(nameof(SqliteCheckpointStore)));
            }

            Close(database);
            _closed.SetResult();
        }
    }

    private void Round(SqliteDatabase database)
    {
        // 1. What is queued.
        Take(power: true);

        // 2. Reads do not wait for a commit.
        AnswerReads(database);
        if (_writes.Count == 0)
        {
            return;
        }

        // 3. to 6.
        try
        {
            CarryOut(database, Begin(database));
            database.ExecuteScript("COMMIT");
            Volatile.Write(ref _commits, _commits + 1);
            _writes.ForEach(static work => work.Answer());
        }
        catch (Exception e)
        {
            // Nothing of the group was committed, and every caller is told so.
            Rollback(database);
            var failure = SqliteErrors.OfCall(e, _options.File);
            _writes.ForEach(work => work.Fail(failure));
        }

        _writes.Clear();
        AnswerReads(database);
    }

    /// <summary>Takes what is queued; without <paramref name="power"/> up to the first write that must survive a power loss.</summary>
    private void Take(bool power)
    {
        while (_writes.Count < SqliteConstants.GroupRows && _reads.Count < SqliteConstants.GroupRows
            && _queue.Reader.TryPeek(out var next) && (power || next.Durability != Durability.Power) && _queue.Reader.TryRead(out var work))
        {
            if (work.TryBegin())
            {
                (work.Durability is null ? _reads : _writes).Add(work);
            }
        }
    }

    private void AnswerReads(SqliteDatabase database)
    {
        foreach (var read in _reads)
        {
            try
            {
                read.Run(database);
                read.Answer();
            }
            catch (Exception e)
            {
                read.Fail(SqliteErrors.OfCall(e, _options.File));
            }
        }

        _reads.Clear();
    }

    /// <summary>Begins to write. Another process's write is waited for, in slices between which reads are answered. True: the commit survives a power loss.</summary>
    private bool Begin(SqliteDatabase database)
    {
        for (var attempt = 1; ; attempt++)
        {
            var power = _writes.Exists(static work => work.Durability == Durability.Power);
            database.SetDurability(power);
            if (database.TryBegin())
            {
                return power;
            }

            if (attempt == SqliteConstants.BusyTries)
            {
                throw new StoreUnavailableException($"Another process keeps the state file {_options.File} locked.");
            }

            Take(power: true);
            AnswerReads(database);
        }
    }

    private void CarryOut(SqliteDatabase database, bool power)
    {
        var begun = Stopwatch.GetTimestamp();
        for (var i = 0; i < _writes.Count; i++)
        {
            if (!TryRun(_writes[i], database))
            {
                _writes.RemoveAt(i--);
            }

            // Writes that came meanwhile join in. Those that need a sync which this commit does not make begin the next group.
            if (i == _writes.Count - 1 && Stopwatch.GetElapsedTime(begun) < SqliteConstants.GroupTime)
            {
                Take(power);
            }
        }
    }

    /// <summary>Runs one write of the group; where it alone goes wrong it alone is undone and told, and false is given.</summary>
    private static bool TryRun(SqliteWork work, SqliteDatabase database)
    {
        database.Execute("SAVEPOINT one");
        try
        {
            work.Run(database);
            database.Execute("RELEASE one");
            return true;
        }
        catch (Exception e) when (e is not SqliteException sqlite || SqliteErrors.IsOfOneCall(sqlite))
        {
            database.Execute("ROLLBACK TO one");
            database.Execute("RELEASE one");
            work.Fail(e);
            return false;
        }
    }

    private static void Rollback(SqliteDatabase database)
    {
        try
        {
            database.Rollback();
        }
        catch (SqliteException)
        {
            // The next round's BEGIN says what is wrong with the file, to callers who can do something about it.
        }
    }

    private static void Close(SqliteDatabase database)
    {
        try
        {
            database.ExecuteScript("PRAGMA wal_checkpoint(TRUNCATE)");
        }
        catch (SqliteException)
        {
            // Another process uses the log, or the disk is full: the log stays, and the next to open the file reads it.
        }
        finally
        {
            database.Dispose();
        }
    }
}

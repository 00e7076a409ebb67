using Sluice.Checkpoints;

namespace Sluice.Stores.Sqlite;

/// <summary>
/// Uploads, leases and all else that must outlive the process, in one SQLite file that several processes of one machine may
/// share. What it promises is in docs/checkpoints.md.
/// </summary>
public sealed class SqliteCheckpointStore : ICheckpointStore
{
    private readonly SqliteThread _thread;
    private readonly SqliteLeaseWatch _watch;
    private IDisposable? _owned;

    private SqliteCheckpointStore(SqliteThread thread, TimeProvider time, IOwnerLiveness? liveness)
    {
        _thread = thread;
        _watch = new(thread, time, liveness);
        Uploads = new SqliteUploads(thread, _watch);
        Leases = new SqliteLeases(thread, _watch);
        Connections = new SqliteConnections(thread);
        Keys = new SqliteKeys(thread);
        Links = new SqliteLinks(thread);
        Tails = new SqliteTails(thread);
        Outbox = new SqliteOutbox(thread);
    }

    /// <summary>The name of the database in a state folder.</summary>
    internal const string FileName = "sluice.db";

    internal IUploadStore Uploads { get; }

    internal ILeaseStore Leases { get; }

    internal IConnectionStore Connections { get; }

    internal IKeyStore Keys { get; }

    internal ILinkStore Links { get; }

    internal ITailStore Tails { get; }

    internal IOutbox Outbox { get; }

    /// <summary>How many commits this store made.</summary>
    internal long Commits => _thread.Commits;

    IUploadStore ICheckpointStore.Uploads => Uploads;

    ILeaseStore ICheckpointStore.Leases => Leases;

    IConnectionStore ICheckpointStore.Connections => Connections;

    IKeyStore ICheckpointStore.Keys => Keys;

    ILinkStore ICheckpointStore.Links => Links;

    ITailStore ICheckpointStore.Tails => Tails;

    IOutbox ICheckpointStore.Outbox => Outbox;

    /// <summary>Opens the database in a file, which is made with its folder where there is none; only its owner may read it.</summary>
    /// <param name="file">The path of the file.</param>
    /// <param name="timeProvider">The store's clock; null: the system's.</param>
    /// <returns>The open store; to be disposed of.</returns>
    /// <exception cref="Errors.SluiceException"><c>state_corrupt</c>, <c>state_newer</c>, <c>disk_full</c>, or <c>bad_request</c> where the file cannot be opened for writing.</exception>
    public static Task<SqliteCheckpointStore> OpenAsync(string file, TimeProvider? timeProvider = null) => OpenAsync(file, timeProvider ?? TimeProvider.System, liveness: null);

    internal static Task<SqliteCheckpointStore> OpenAsync(string file, TimeProvider timeProvider, IOwnerLiveness? liveness) =>
        OpenAsync(new SqliteStoreOptions(Path.GetFullPath(file), timeProvider, SqliteClock.BootOf(timeProvider)), liveness);

    internal static async Task<SqliteCheckpointStore> OpenAsync(SqliteStoreOptions options, IOwnerLiveness? liveness) =>
        new(await SqliteThread.StartAsync(options).ConfigureAwait(false), options.TimeProvider, liveness);

    async ValueTask ICheckpointStore.CheckAsync(CancellationToken cancellationToken) =>
        await _thread.ReadAsync(static database => database.Number("SELECT count(*) FROM meta"), cancellationToken).ConfigureAwait(false);

    /// <summary>Answers the calls under way, folds the log into the file and closes it.</summary>
    /// <returns>A task that ends when the file is closed.</returns>
    public async ValueTask DisposeAsync()
    {
        _watch.Dispose();
        await _thread.DisposeAsync().ConfigureAwait(false);
        _owned?.Dispose();
    }

    /// <summary>Lets go of this too when it is closed: the holder's lock, which others look at, outlives the leases in here.</summary>
    internal SqliteCheckpointStore Owning(IDisposable owned)
    {
        _owned = owned;
        return this;
    }
}

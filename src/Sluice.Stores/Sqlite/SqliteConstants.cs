namespace Sluice.Stores.Sqlite;

/// <summary>Numbers of the SQLite store that nobody needs to set; why they are what they are is in ADR 0020.</summary>
internal static class SqliteConstants
{
    /// <summary>In the file's header: says that a database is ours ("SLCE").</summary>
    public const int ApplicationId = 0x534C4345;

    /// <summary>The schema this program writes; a file with a higher one is refused.</summary>
    public const int SchemaVersion = 1;

    /// <summary>Writes in one commit at most.</summary>
    public const int GroupRows = 64;

    /// <summary>How long a commit may gather writes that are there already; it never waits for more.</summary>
    public static readonly TimeSpan GroupTime = TimeSpan.FromMilliseconds(50);

    /// <summary>Calls that may wait for the thread; further callers wait to get in.</summary>
    public const int QueueLength = 256;

    /// <summary>How long SQLite itself waits for another process's write before reads are looked after, in milliseconds.</summary>
    public const int BusyMilliseconds = 100;

    /// <summary>So many times (5 s in all), then the store is unavailable.</summary>
    public const int BusyTries = 50;

    /// <summary>How often leases are looked at for changes that other processes made.</summary>
    public static readonly TimeSpan WatchEvery = TimeSpan.FromSeconds(1);

    /// <summary>Stack of the store's thread: SQLite needs little, and idle memory counts.</summary>
    public const int StackBytes = 512 * 1024;
}

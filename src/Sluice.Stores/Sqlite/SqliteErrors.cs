using Microsoft.Data.Sqlite;
using Sluice.Checkpoints;
using Sluice.Errors;

namespace Sluice.Stores.Sqlite;

/// <summary>What SQLite's result codes mean to a user, or to a caller that may try again.</summary>
internal static class SqliteErrors
{
    private const int Perm = 3;
    private const int Busy = 5;
    private const int Locked = 6;
    private const int ReadOnly = 8;
    private const int InputOutput = 10;
    private const int Corrupt = 11;
    private const int Full = 13;
    private const int CantOpen = 14;
    private const int TooBig = 18;
    private const int Constraint = 19;
    private const int Mismatch = 20;
    private const int Range = 25;
    private const int NotADatabase = 26;

    /// <summary>SQLITE_IOERR_SHMSIZE: the index of the log could not grow.</summary>
    private const int NoRoomForIndex = InputOutput | (19 << 8);

    /// <summary>ENOSPC as .NET reports it on Unix, and ERROR_DISK_FULL on Windows.</summary>
    private const int NoSpace = 28;
    private const int WindowsDiskFull = unchecked((int)0x80070070);

    /// <summary>Whether only the call itself is at fault, so that the rest of its group can go on: a wrong statement or value.</summary>
    public static bool IsOfOneCall(SqliteException exception) => exception.SqliteErrorCode is 1 or TooBig or Constraint or Mismatch or Range;

    /// <summary>A failure of a call as what the contract throws.</summary>
    public static Exception OfCall(Exception exception, string file) => exception switch
    {
        SqliteException { SqliteExtendedErrorCode: NoRoomForIndex } or SqliteException { SqliteErrorCode: Full } => NoRoom(file, exception),
        SqliteException { SqliteErrorCode: Corrupt or NotADatabase } => Damaged(file, exception),
        SqliteException { SqliteErrorCode: Busy or Locked } => new StoreUnavailableException($"Another process keeps the state file {file} locked.", exception),
        SqliteException { SqliteErrorCode: InputOutput or ReadOnly or CantOpen or Perm } sqlite =>
            new StoreUnavailableException($"The state file {file} cannot be read or written now ({sqlite.Message}).", exception),
        _ => exception,
    };

    /// <summary>A failure to open as what the contract throws.</summary>
    public static Exception OfOpen(Exception exception, string file) => exception switch
    {
        IOException { HResult: NoSpace or WindowsDiskFull } => NoRoom(file, exception),
        IOException or UnauthorizedAccessException => Unusable(file, exception.Message, exception),
        SqliteException { SqliteErrorCode: ReadOnly or CantOpen or Perm } => Unusable(file, exception.Message, exception),
        SqliteException { SqliteExtendedErrorCode: not NoRoomForIndex, SqliteErrorCode: InputOutput } => Unusable(file, exception.Message, exception),
        _ => OfCall(exception, file),
    };

    public static SluiceException Newer(string file, long schema) => new(ErrorCodes.StateNewer,
        $"The state file {file} was written by a newer Sluice (schema {schema}; this one reads {SqliteConstants.SchemaVersion}). Use that version, or another state folder with --data.");

    public static SluiceException NotOurs(string file) => new(ErrorCodes.StateCorrupt,
        $"{file} is a database, but not a state file of Sluice. Move it away, or use another state folder with --data.");

    private static SluiceException Damaged(string file, Exception inner) => new(ErrorCodes.StateCorrupt,
        $"The state file {file} is damaged or not a database. Move it away to start over (uploads already done at Notion stay done), or use another state folder with --data.", inner);

    private static SluiceException NoRoom(string file, Exception inner) => new(ErrorCodes.DiskFull,
        $"There is no room left on the disk of the state file {file}. Free some space, or set --data to another disk; then run the same command again.", inner);

    private static SluiceException Unusable(string file, string why, Exception inner) => new(ErrorCodes.BadRequest,
        $"The state file {file} cannot be opened for writing ({why}). Check that its folder is there and yours to write, or use another with --data.", inner);
}

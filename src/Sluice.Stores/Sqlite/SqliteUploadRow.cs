namespace Sluice.Stores.Sqlite;

/// <summary>What a fenced write needs to know of its record.</summary>
internal readonly record struct SqliteUploadRow(long Sequence, int Generation);

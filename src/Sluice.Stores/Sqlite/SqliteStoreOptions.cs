namespace Sluice.Stores.Sqlite;

/// <summary>What a store is opened with.</summary>
/// <param name="File">The database's absolute path.</param>
/// <param name="TimeProvider">The store's clock.</param>
/// <param name="Boot">The name of this boot of the machine, where all processes that share the file count one monotonic clock.</param>
/// <param name="MaxPages">The file's largest size in pages of 4 KiB; null: what the disk has.</param>
internal sealed record SqliteStoreOptions(string File, TimeProvider TimeProvider, string? Boot, int? MaxPages = null);

using Sluice.Checkpoints;
using Sluice.Stores.Sqlite;

namespace Sluice.Conformance.Checkpoints;

public sealed class SqliteWorld : StoreWorld
{
    internal string Folder { get; } = Directory.CreateTempSubdirectory("sluice-").FullName;

    internal string File => Path.Combine(Folder, SqliteCheckpointStore.FileName);

    internal override TimeSpan WatchDelay => SqliteConstants.WatchEvery;

    internal async Task<SqliteCheckpointStore> OpenSqliteAsync() => (SqliteCheckpointStore)await OpenAsync();

    private protected override async Task<ICheckpointStore> OpenStoreAsync() => await SqliteCheckpointStore.OpenAsync(File, Time, Dead);

    private protected override void Clean() => Directory.Delete(Folder, recursive: true);
}

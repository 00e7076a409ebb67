using Sluice.Checkpoints;
using Sluice.Stores;
using Sluice.Stores.Sqlite;

namespace Sluice.Cli.State;

/// <summary>The state folder opened by this process: who we are among those that share it, and the record of uploads.</summary>
internal sealed class OpenState : IAsyncDisposable
{
    private readonly OwnerLocks _owners;

    private OpenState(string folder, OwnerLocks owners)
    {
        Folder = folder;
        _owners = owners;
    }

    public string Folder { get; }

    public string Holder => _owners.Holder;

    private string Database => Path.Combine(Folder, SqliteCheckpointStore.FileName);

    public static OpenState Open(string folder)
    {
        DataFolder.Open(folder);
        return new OpenState(folder, OwnerLocks.Take(folder));
    }

    /// <summary>True where uploads were ever recorded in a folder.</summary>
    public static bool HasRecords(string folder) => File.Exists(Path.Combine(folder, SqliteCheckpointStore.FileName));

    /// <summary>Opens the record; its opener disposes of it before this.</summary>
    public async ValueTask<ICheckpointStore> OpenStoreAsync(TimeProvider time) => await SqliteCheckpointStore.OpenAsync(Database, time, _owners);

    /// <summary>Nothing of ours is held any more: others need not wait for a lease to run out.</summary>
    public ValueTask DisposeAsync()
    {
        _owners.Dispose();
        return ValueTask.CompletedTask;
    }
}

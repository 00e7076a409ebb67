using Sluice.Checkpoints;
using Sluice.Stores.Sqlite;

namespace Sluice.Stores;

/// <summary>Records uploads on the disk.</summary>
public static class SqliteBuilderExtensions
{
    /// <summary>
    /// Records uploads in a SQLite file in the state folder, so that they outlive the process. Several processes of one machine may share
    /// the folder; each upload is moved by one of them.
    /// </summary>
    /// <param name="builder">The builder; its state folder is looked at when the client is opened.</param>
    /// <returns>The builder.</returns>
    public static SluiceClientBuilder UseSqlite(this SluiceClientBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.UseStore(async _ =>
        {
            StateFolder.Create(builder.StateFolder);
            var owners = OwnerLocks.Take(builder.StateFolder);
            try
            {
                builder.UseHolder(owners.Holder);
                var store = await SqliteCheckpointStore.OpenAsync(Path.Combine(builder.StateFolder, SqliteCheckpointStore.FileName), builder.Time, owners).ConfigureAwait(false);
                return store.Owning(owners);
            }
            catch
            {
                owners.Dispose();
                throw;
            }
        });
    }
}

using System.Globalization;
using Sluice.Checkpoints;
using Sluice.Stores;
using Sluice.Stores.Sqlite;

namespace Sluice.Conformance.Checkpoints;

/// <summary>The process that is killed: it writes rows for ever and prints the number of each once it was answered.</summary>
internal static class StoreChild
{
    public const string Verb = "store-child";

    public static async Task<int> RunAsync(string folder)
    {
        using var owner = OwnerLocks.Take(folder);
        await using var store = await SqliteCheckpointStore.OpenAsync(Path.Combine(folder, SqliteCheckpointStore.FileName), TimeProvider.System, owner);
        var record = await store.Uploads.FindAsync(Sample.Id(1), CancellationToken.None);
        if (record is null)
        {
            record = Sample.Record(1);
            await store.Uploads.CreateAsync(record, CancellationToken.None);
        }

        var lease = await Sample.LeaseAsync(store, 1, owner.Holder);
        var first = (await store.Uploads.PartsAsync(record.Id, 1, CancellationToken.None)).Count + 1;
        for (var number = first; ; number++)
        {
            var outcome = await store.Uploads.AddPartsAsync(record.Id, lease, 1, [Sample.Row(number, seed: (byte)number)], CancellationToken.None);
            await Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{number} {outcome}").AsMemory(), CancellationToken.None);
            await Console.Out.FlushAsync(CancellationToken.None);
        }
    }
}

using Sluice.Checkpoints;

namespace Sluice.Cli.State;

/// <summary>All records of a store, page by page.</summary>
internal static class RecordPages
{
    /// <summary>The last created first; what cannot be read comes apart from the rest.</summary>
    public static async Task<(List<UploadRecord> Records, List<UnreadableRecord> Unreadable)> ReadAsync(ICheckpointStore store, IReadOnlyList<UploadState>? states, CancellationToken cancellationToken)
    {
        List<UploadRecord> records = [];
        List<UnreadableRecord> unreadable = [];
        string? cursor = null;
        do
        {
            var page = await store.Uploads.ListAsync(new UploadQuery(States: states, Cursor: cursor), cancellationToken);
            records.AddRange(page.Records);
            unreadable.AddRange(page.Unreadable);
            cursor = page.NextCursor;
        }
        while (cursor is not null);
        return (records, unreadable);
    }
}

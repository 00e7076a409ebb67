using Sluice.Checkpoints;
using Sluice.Parts;

namespace Sluice.Relay;

/// <summary>What records say about uploads that come from clients.</summary>
internal static class RelayRecords
{
    /// <summary>How such a source is named in its record.</summary>
    public const string Kind = "client";

    /// <summary>The end of the contiguous run of durable parts from the first; the length once Notion has the whole file.</summary>
    public static async Task<long> PrefixAsync(IUploadStore uploads, UploadRecord record, TimeProvider time, CancellationToken cancellationToken)
    {
        if (record.Generation is not { } generation)
        {
            return 0;
        }

        if (generation.Completed)
        {
            return record.Length;
        }

        var rows = await StorePatience.AskAsync(() => uploads.PartsAsync(record.Id, generation.Number, cancellationToken), null, time, cancellationToken).ConfigureAwait(false);
        var parts = new AcknowledgedParts(generation.Plan);
        foreach (var row in rows)
        {
            parts.Add(row.Number);
        }

        return parts.PrefixEnd;
    }
}

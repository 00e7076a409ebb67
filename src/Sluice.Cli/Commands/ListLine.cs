using Sluice.Checkpoints;
using Sluice.Cli.Output;

namespace Sluice.Cli.Commands;

/// <summary>A recorded upload as <c>list --json</c> prints it; the names are those of the HTTP API.</summary>
internal sealed record ListLine(
    string Id, string Name, string? ContentType, long? Length, long? Offset, string State, DateTimeOffset? Deadline, PartsLine? Parts, string? FileUploadId, string? Sha256,
    string? Target, AttachedLine? Attached, string? File, DateTimeOffset? Created, DateTimeOffset? Updated, ErrorLine? Error)
{
    /// <param name="record">The record.</param>
    /// <param name="rows">The parts that arrived in its generation.</param>
    /// <param name="lifetime">How long Notion keeps an unfinished upload.</param>
    public static ListLine Of(UploadRecord record, IReadOnlyList<PartRow> rows, TimeSpan lifetime)
    {
        var generation = record.Generation;
        var done = record.State == UploadState.Done;
        return new(
            record.Id, record.Name, record.ContentType, record.Length,
            done ? record.Length : End(record, rows),
            record.State.ToString().ToLowerInvariant(),
            done || generation is null ? null : generation.CreatedAt + lifetime,
            generation is null ? null : new(generation.Plan.Count, done || generation.Completed ? generation.Plan.Count : rows.Count),
            generation?.FileUploadId, record.Sha256, record.Target.ToString(),
            record.Attached is { } attached ? new(attached.PageId, attached.BlockId, attached.Url) : null,
            record.Source is { Kind: "file", Path: { } path } ? path : null,
            record.Created, record.Updated, ErrorLine.Of(record.Error));
    }

    public static ListLine Of(UnreadableRecord record) =>
        new(record.Id, "", null, null, null, "unreadable", null, null, null, null, null, null, null, null, null, ErrorLine.Of(record.Error));

    /// <summary>The end of the contiguous run of parts from part 1, at most length - 1 until the upload is done.</summary>
    private static long End(UploadRecord record, IReadOnlyList<PartRow> rows)
    {
        long offset = 0;
        var next = 1;
        foreach (var row in rows)
        {
            if (row.Number != next++)
            {
                break;
            }

            offset += row.Length;
        }

        return record.Generation?.Completed == true ? record.Length - 1 : Math.Min(offset, record.Length - 1);
    }
}

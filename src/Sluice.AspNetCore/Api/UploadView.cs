using Sluice.Checkpoints;
using Sluice.Diagnostics;
using Sluice.Errors;
using Sluice.Notion;
using Sluice.Relay;
using Sluice.Transfer;

namespace Sluice.AspNetCore.Api;

/// <summary>One upload as the API shows it; the document is the one of docs/http.md (UploadJsonTests).</summary>
internal sealed record UploadView
{
    public required UploadRecord Record { get; init; }

    public required long Offset { get; init; }

    public required string State { get; init; }

    public int PartsTotal { get; init; }

    public int PartsAcknowledged { get; init; }

    public WaitReason Wait { get; init; }

    public SluiceError? Error { get; init; }

    /// <summary>When Notion drops an unfinished upload; null: there is none at Notion now.</summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>What the client has to send from now on to end in time; null: there is no such limit now.</summary>
    public long? NeededBytesPerSecond { get; init; }

    /// <summary>When the record expires, or, for a file that is attached nowhere, when Notion drops it.</summary>
    public DateTimeOffset? Expires { get; init; }

    /// <summary>Of a live upload.</summary>
    public static UploadView Of(IRelayUpload upload, DateTimeOffset now)
    {
        var record = upload.Record;
        var snapshot = upload.Snapshot();
        return Of(record, upload.Offset, upload.Expires, now) with
        {
            State = upload.IsOver ? StateName(record.State) : snapshot.State,
            PartsTotal = snapshot.PartsTotal == 0 ? record.Generation?.Plan.Count ?? 0 : snapshot.PartsTotal,
            PartsAcknowledged = record.State == UploadState.Done ? record.Generation?.Plan.Count ?? 0 : snapshot.PartsAcknowledged,
            Wait = upload.IsOver ? WaitReason.None : snapshot.Wait,
            Error = record.Error ?? (upload.IsOver ? null : snapshot.LastError),
        };
    }

    /// <summary>Of a record alone: its end is known, what is under way is not.</summary>
    public static UploadView Of(UploadRecord record, long offset, DateTimeOffset? expires, DateTimeOffset now)
    {
        var done = record.State == UploadState.Done;
        var open = record.State is UploadState.Waiting or UploadState.Staged or UploadState.Transferring or UploadState.Finishing or UploadState.Interrupted;
        var left = record.Length - offset;
        var deadline = open && record.Generation is { } generation ? generation.CreatedAt + NotionLimits.Default.Deadline : (DateTimeOffset?)null;
        return new UploadView
        {
            Record = record,
            Offset = offset,
            State = StateName(record.State),
            PartsTotal = record.Generation?.Plan.Count ?? 0,
            PartsAcknowledged = done ? record.Generation?.Plan.Count ?? 0 : 0,
            Error = record.Error,
            Deadline = deadline,
            // Until Notion's hour runs, what the whole of it would need from its first moment on.
            NeededBytesPerSecond = !open || left <= 1 ? null
                : deadline is { } end ? HourRule.Needed(left, end - now)
                : record.State == UploadState.Staged ? null : HourRule.Needed(left, NotionLimits.Default.Planning),
            Expires = done && record is { Target.Kind: TargetKind.None, Attached: null, Generation: { } last } ? last.CreatedAt + NotionLimits.Default.Lifetime : expires,
        };
    }

    public static string StateName(UploadState state) => state.ToString().ToLowerInvariant();
}

using Sluice.Checkpoints;
using Sluice.Relay;

namespace Sluice.Events;

/// <summary>
/// The events of uploads that came through the gateway. Their ids are derived from the upload and what happened to it, so that
/// telling one twice is seen; ids hold no full stop, which separates them from the rest in a signature.
/// </summary>
internal static class UploadEvents
{
    /// <summary>The event of an upload that ended for good; null for one that no gateway took: whoever started it has its handle.</summary>
    public static OutboxEvent? Ended(UploadRecord record, TimeProvider time) => record.State switch
    {
        // An upload that is attached later is done once more, and that is news.
        UploadState.Done => Of(record, EventTypes.Done, record.Attached is null ? "done" : "attached", time),
        UploadState.Failed => Of(record, EventTypes.Failed, "failed", time),
        _ => null,
    };

    /// <summary>The event of a record whose time is over; null where its end was told, or asked for by its owner.</summary>
    public static OutboxEvent? Expired(UploadRecord record, TimeProvider time) =>
        record.State is UploadState.Done or UploadState.Failed or UploadState.Cancelled or UploadState.Expired
            ? null
            : Of(record with { State = UploadState.Expired }, EventTypes.Expired, "expired", time);

    private static OutboxEvent? Of(UploadRecord record, string type, string what, TimeProvider time)
    {
        if (record.Source?.Kind != RelayRecords.Kind)
        {
            return null;
        }

        var at = time.GetUtcNow();
        return new OutboxEvent($"{record.Id}-{what}", type, record.Id, EventPayload.Of(type, at, json =>
        {
            json.WriteString("id", record.Id);
            json.WriteString("owner", record.Owner);
            json.WriteString("name", record.Name);
            json.WriteString("content_type", record.ContentType);
            json.WriteNumber("length", record.Length);
            json.WriteString("file_upload_id", record.Generation?.FileUploadId);
            json.WriteString("sha256", record.Sha256);
            json.WriteString("target", record.Target.ToString());
            json.WriteString("connection", record.Connection);
            json.WriteStartObject("attached");
            json.WriteString("page_id", record.Attached?.PageId);
            json.WriteString("block_id", record.Attached?.BlockId);
            json.WriteString("url", record.Attached?.Url);
            json.WriteEndObject();
            json.WriteStartObject("error");
            json.WriteString("code", record.Error?.Code.Name);
            json.WriteString("message", record.Error?.Message);
            json.WriteEndObject();
            json.WriteString("created", record.Created);
        }), at);
    }
}

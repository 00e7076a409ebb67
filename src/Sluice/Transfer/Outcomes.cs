using System.Text.Json;
using Sluice.Checkpoints;

namespace Sluice.Transfer;

/// <summary>What an ended session leaves: the event for those who want to be told.</summary>
internal static class Outcomes
{
    /// <summary>The event of an upload that ended for good; its id is derived from the upload, so that telling it twice is seen.</summary>
    public static OutboxEvent Event(UploadRecord record, TimeProvider time)
    {
        var type = record.State == UploadState.Done ? "upload.done" : "upload.failed";
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("type", type);
            json.WriteString("upload_id", record.Id);
            json.WriteString("owner", record.Owner);
            json.WriteString("name", record.Name);
            json.WriteNumber("length", record.Length);
            json.WriteString("file_upload_id", record.Generation?.FileUploadId);
            json.WriteString("sha256", record.Sha256);
            json.WriteString("target", record.Target.ToString());
            json.WriteString("page_id", record.Attached?.PageId);
            json.WriteString("block_id", record.Attached?.BlockId);
            json.WriteString("error", record.Error?.Code.Name);
            json.WriteEndObject();
        }

        return new OutboxEvent($"{record.Id}:{type}", type, record.Id, System.Text.Encoding.UTF8.GetString(buffer.ToArray()), time.GetUtcNow());
    }
}

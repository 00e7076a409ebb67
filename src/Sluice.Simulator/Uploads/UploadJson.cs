using System.Text.Json.Nodes;
using Sluice.Simulator.Serving;
using Sluice.Simulator.Workspace;

namespace Sluice.Simulator.Uploads;

/// <summary>The file upload object, its fields in the order that recordings show.</summary>
internal static class UploadJson
{
    public static JsonObject Write(SimulatedUpload upload, Uri address, string version, bool countTwice)
    {
        var json = new JsonObject
        {
            ["object"] = "file_upload",
            ["id"] = upload.Id,
            ["created_time"] = NotionJson.Minute(upload.Created),
            ["created_by"] = new JsonObject { ["id"] = NotionJson.BotId(upload.Token), ["type"] = "bot" },
            ["last_edited_time"] = NotionJson.Minute(upload.CompletedAt ?? upload.Created),
            ["expiry_time"] = upload.Expiry is { } expiry ? Expiry(upload.Created, expiry) : null,
        };
        if (upload.Status == "pending")
        {
            json["upload_url"] = new Uri(address, $"/v1/file_uploads/{upload.Id}/send").ToString();
            if (upload.Multi && upload.Parts.Count > 0)
            {
                json["complete_url"] = new Uri(address, $"/v1/file_uploads/{upload.Id}/complete").ToString();
            }
        }

        var twice = countTwice && upload.Status == "pending";
        json["in_trash"] = false;
        json["status"] = upload.Status;
        json["filename"] = upload.FileName;
        json["content_type"] = upload.ContentType;
        json["content_length"] = upload.Parts.Count == 0 ? null : twice ? upload.BytesTaken : upload.Length;
        if (upload.Multi)
        {
            json["number_of_parts"] = new JsonObject { ["total"] = upload.PartsTotal, ["sent"] = twice ? upload.Sends.Values.Sum() : upload.Parts.Count };
        }

        if (!ApiVersions.IsLatest(version))
        {
            json["archived"] = false;
        }

        return json;
    }

    /// <summary>Cut to the minute like the time it is counted from; a lifetime of seconds, which only tests have, is shown as it is.</summary>
    private static string Expiry(DateTimeOffset created, DateTimeOffset expiry) =>
        expiry - created < TimeSpan.FromMinutes(2) ? NotionJson.Time(expiry) : NotionJson.Minute(expiry);
}

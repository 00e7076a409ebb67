using System.Text.Json;
using Sluice.Diagnostics;

namespace Sluice.AspNetCore.Api;

/// <summary>Writes the document of an upload: every field each time, null where unknown.</summary>
internal static class UploadJson
{
    public static void Write(Utf8JsonWriter json, UploadView view)
    {
        var record = view.Record;
        json.WriteStartObject();
        json.WriteString("id", record.Id);
        json.WriteString("name", record.Name);
        json.WriteString("content_type", record.ContentType);
        json.WriteNumber("length", record.Length);
        json.WriteNumber("offset", view.Offset);
        json.WriteString("state", view.State);
        Time(json, "deadline", view.Deadline);
        Number(json, "needed_bytes_per_second", view.NeededBytesPerSecond);
        json.WriteStartObject("parts");
        json.WriteNumber("total", view.PartsTotal);
        json.WriteNumber("acknowledged", view.PartsAcknowledged);
        json.WriteEndObject();
        json.WriteString("file_upload_id", record.Generation?.FileUploadId);
        json.WriteString("sha256", record.Sha256);
        json.WriteString("target", record.Target.ToString());
        Attached(json, view);
        Time(json, "expires", view.Expires);
        json.WriteString("wait", view.Wait == WaitReason.None ? null : WaitName(view.Wait));
        Error(json, view);
        Time(json, "created", record.Created);
        Time(json, "updated", record.Updated);
        json.WriteEndObject();
    }

    /// <summary>Lower case with dashes, as in metrics.</summary>
    public static string WaitName(WaitReason wait) => wait == WaitReason.NotBefore ? "not-before" : wait.ToString().ToLowerInvariant();

    public static void Time(Utf8JsonWriter json, string name, DateTimeOffset? value)
    {
        if (value is { } time)
        {
            json.WriteString(name, time.ToUniversalTime());
        }
        else
        {
            json.WriteNull(name);
        }
    }

    public static void Number(Utf8JsonWriter json, string name, long? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteNull(name);
        }
    }

    private static void Attached(Utf8JsonWriter json, UploadView view)
    {
        if (view.Record.Attached is not { } attached)
        {
            json.WriteNull("attached");
            return;
        }

        json.WriteStartObject("attached");
        json.WriteString("page_id", attached.PageId);
        json.WriteString("block_id", attached.BlockId);
        json.WriteString("url", attached.Url);
        json.WriteEndObject();
    }

    private static void Error(Utf8JsonWriter json, UploadView view)
    {
        if (view.Error is not { } error)
        {
            json.WriteNull("error");
            return;
        }

        json.WriteStartObject("error");
        json.WriteString("code", error.Code.Name);
        json.WriteString("message", error.Message);
        json.WriteEndObject();
    }
}

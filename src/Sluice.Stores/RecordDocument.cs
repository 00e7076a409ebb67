using System.Text.Json;
using Sluice.Checkpoints;

namespace Sluice.Stores;

/// <summary>Records as versioned JSON documents; one that cannot be read is refused by itself.</summary>
internal static class RecordDocument
{
    public static string Of(UploadRecord record) => JsonSerializer.Serialize(record, RecordJsonContext.Default.UploadRecord);

    /// <summary>Reads a record; otherwise says why not, and <paramref name="record"/> is null.</summary>
    public static UnreadableRecord? TryRead(string id, int version, string document, out UploadRecord? record)
    {
        record = null;
        if (UnreadableRecord.OfVersion(id, version) is { } refused)
        {
            return refused;
        }

        try
        {
            record = JsonSerializer.Deserialize(document, RecordJsonContext.Default.UploadRecord);
        }
        catch (JsonException e)
        {
            return UnreadableRecord.Corrupt(id, e.Message);
        }

        if (record?.Id != id)
        {
            record = null;
            return UnreadableRecord.Corrupt(id, "it is the record of another upload");
        }

        return null;
    }

    /// <summary>Reads a record or throws <c>state_newer</c> or <c>state_corrupt</c>.</summary>
    public static UploadRecord Read(string id, int version, string document) =>
        TryRead(id, version, document, out var record) is { } refused ? throw refused.ToException() : record!;

    /// <summary>The state's name in the HTTP API.</summary>
    public static string NameOf(UploadState state) => state switch
    {
        UploadState.Waiting => "waiting",
        UploadState.Staged => "staged",
        UploadState.Transferring => "transferring",
        UploadState.Finishing => "finishing",
        UploadState.Done => "done",
        UploadState.Interrupted => "interrupted",
        UploadState.Failed => "failed",
        UploadState.Expired => "expired",
        UploadState.Cancelled => "cancelled",
        _ => throw new ArgumentOutOfRangeException(nameof(state)),
    };
}

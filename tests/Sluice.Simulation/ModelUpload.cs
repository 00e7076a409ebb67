using Sluice.Notion;
using Sluice.Parts;

namespace Sluice.Simulation;

/// <summary>One file upload at Notion, bytes and all.</summary>
internal sealed class ModelUpload(string id, CreateFileUploadRequest request, long createdTicks, long expiryTicks)
{
    public string Id => id;

    public string FileName => request.FileName;

    public string? ContentType => request.ContentType;

    public PartMode Mode => request.Mode;

    public int PartCount => request.PartCount;

    public NotionUploadStatus Status { get; set; } = NotionUploadStatus.Pending;

    public long CreatedTicks => createdTicks;

    public long? ExpiryTicks { get; set; } = expiryTicks;

    /// <summary>Until then the expiry time is shown although the upload is attached.</summary>
    public long ShownUntilTicks { get; set; } = long.MinValue;

    /// <summary>When the file was whole; null: not yet.</summary>
    public long? CompletedTicks { get; set; }

    /// <summary>Until then an attach does not find the upload.</summary>
    public long ReadyTicks { get; set; } = long.MinValue;

    public SortedDictionary<int, ModelPart> Parts { get; } = [];

    /// <summary>How often each part was taken.</summary>
    public Dictionary<int, int> Sends { get; } = [];

    /// <summary>How often the upload was attached, over all targets.</summary>
    public int Attaches { get; set; }

    public byte[] Bytes() => [.. Parts.Values.SelectMany(p => p.Bytes ?? [])];

    /// <summary>The end of the run of parts from the first.</summary>
    public long PrefixEnd()
    {
        var (end, next) = (0L, 1);
        foreach (var (number, part) in Parts)
        {
            if (number != next++)
            {
                break;
            }

            end += part.Length;
        }

        return end;
    }
}

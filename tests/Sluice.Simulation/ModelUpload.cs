using Sluice.Notion;
using Sluice.Parts;

namespace Sluice.Simulation;

/// <summary>One file upload at Notion, bytes and all.</summary>
internal sealed class ModelUpload(string id, CreateFileUploadRequest request, long expiryTicks)
{
    public string Id => id;

    public string FileName => request.FileName;

    public string? ContentType => request.ContentType;

    public PartMode Mode => request.Mode;

    public int PartCount => request.PartCount;

    public NotionUploadStatus Status { get; set; } = NotionUploadStatus.Pending;

    public long? ExpiryTicks { get; set; } = expiryTicks;

    public SortedDictionary<int, byte[]> Parts { get; } = [];

    /// <summary>How often each part was taken.</summary>
    public Dictionary<int, int> Sends { get; } = [];

    public byte[] Bytes() => [.. Parts.Values.SelectMany(p => p)];
}

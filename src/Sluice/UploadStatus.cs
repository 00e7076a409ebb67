namespace Sluice;

/// <summary>How an upload ended, for this process.</summary>
public enum UploadStatus
{
    /// <summary>Stored at Notion, and attached where asked for.</summary>
    Done,

    /// <summary>Failed for good.</summary>
    Failed,

    /// <summary>Stopped; starting the same upload again goes on.</summary>
    Interrupted,

    /// <summary>Refused before anything was sent: outside Notion's limits, or not allowed.</summary>
    Refused,
}

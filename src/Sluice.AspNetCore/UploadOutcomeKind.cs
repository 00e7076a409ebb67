namespace Sluice.AspNetCore;

/// <summary>How an upload ended.</summary>
public enum UploadOutcomeKind
{
    /// <summary>Stored at Notion, and attached where asked for.</summary>
    Done,

    /// <summary>Failed for good.</summary>
    Failed,

    /// <summary>Nothing happened to it for too long (<c>Checkpoints:Expiration</c>); its record is gone.</summary>
    Expired,
}

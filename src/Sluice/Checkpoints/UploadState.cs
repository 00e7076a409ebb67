namespace Sluice.Checkpoints;

/// <summary>Where an upload stands; the names are those of the HTTP API in lower case.</summary>
internal enum UploadState
{
    /// <summary>Accepted; no Notion upload exists yet.</summary>
    Waiting,

    /// <summary>Its bytes gather in the spool until it can finish within its hour.</summary>
    Staged,

    /// <summary>Parts are on their way.</summary>
    Transferring,

    /// <summary>Every part arrived; complete and attach are under way.</summary>
    Finishing,

    /// <summary>Stored at Notion, and attached where asked for.</summary>
    Done,

    /// <summary>Stopped, and can go on.</summary>
    Interrupted,

    /// <summary>Failed for good.</summary>
    Failed,

    /// <summary>Its record's time is over.</summary>
    Expired,

    /// <summary>Given up by its owner.</summary>
    Cancelled,
}

namespace Sluice.Spool;

/// <summary>How something asked of the spool's disk ended.</summary>
internal enum SpoolStatus
{
    /// <summary>Done.</summary>
    Ok,

    /// <summary>The file is not there, or holds nothing that can be trusted.</summary>
    Missing,

    /// <summary>Another process has the file.</summary>
    InUse,

    /// <summary>The disk, or this user's share of it, is full.</summary>
    DiskFull,

    /// <summary>The disk failed.</summary>
    Failed,
}

namespace Sluice;

/// <summary>What can happen to an upload.</summary>
public enum UploadEventKind
{
    /// <summary>It began, or goes on where an earlier run stopped.</summary>
    Started,

    /// <summary>A Notion upload was made for it; more than once where Notion forgot one.</summary>
    GenerationStarted,

    /// <summary>Notion has a part and the record says so.</summary>
    PartAcknowledged,

    /// <summary>An attempt failed and will be repeated.</summary>
    Retrying,

    /// <summary>All attempts of a round failed; it goes on by itself after a rest.</summary>
    Paused,

    /// <summary>Notion forgot the upload; it begins again under a new one.</summary>
    Forgotten,

    /// <summary>Notion has all bytes.</summary>
    Completed,

    /// <summary>The file is attached.</summary>
    Attached,

    /// <summary>It ended; see <see cref="UploadHandle.Completion"/>.</summary>
    Ended,
}

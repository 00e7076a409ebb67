namespace Sluice.Checkpoints;

/// <summary>What is done with a complete file.</summary>
internal enum TargetKind
{
    /// <summary>Nothing: Notion drops it within the hour unless somebody else attaches it.</summary>
    None,

    /// <summary>A block at the end of a page, or a files property of it.</summary>
    Page,

    /// <summary>A row of a database, titled by the file's name.</summary>
    Database,
}

namespace Sluice.Transfer;

/// <summary>The three ways a file is attached.</summary>
internal enum AttachKind
{
    /// <summary>A block at the end of a page.</summary>
    Block,

    /// <summary>One more entry of a page's files property.</summary>
    Property,

    /// <summary>A row of a data source.</summary>
    Row,
}

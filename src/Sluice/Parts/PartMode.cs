namespace Sluice.Parts;

/// <summary>Notion's two ways to take a file's bytes.</summary>
internal enum PartMode
{
    /// <summary>One send holds the whole file.</summary>
    Single,

    /// <summary>Numbered parts, then complete.</summary>
    Multi,
}

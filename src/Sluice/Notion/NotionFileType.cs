namespace Sluice.Notion;

/// <summary>What Notion makes of an extension: the content type to give (null: leave it out, Notion infers it) and the block that shows it.</summary>
internal sealed record NotionFileType(string? ContentType, string BlockKind);

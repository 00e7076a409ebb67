using System.Text.Json.Serialization;

namespace Sluice.Notion;

/// <summary>The JSON bodies we send, field by field. Answers are read leniently instead (<see cref="NotionAnswers"/>).</summary>
internal static class NotionWire
{
    internal sealed record Create(string Mode, string Filename, string? ContentType, int? NumberOfParts);

    internal sealed record Append(IReadOnlyList<Block> Children);

    /// <summary>A media block: exactly one of the five is set, and Type names it.</summary>
    internal sealed record Block(string Type)
    {
        public Media? Image { get; init; }

        public Media? Video { get; init; }

        public Media? Audio { get; init; }

        public Media? Pdf { get; init; }

        public Media? File { get; init; }
    }

    internal sealed record Media(string Type, Reference FileUpload, string? Name, IReadOnlyList<RichText>? Caption);

    internal sealed record Reference(string Id);

    internal sealed record RichText(string Type, TextContent Text);

    internal sealed record TextContent(string Content);

    internal sealed record UpdatePage(IReadOnlyDictionary<string, Property> Properties);

    internal sealed record CreatePage(Parent Parent, IReadOnlyDictionary<string, Property> Properties);

    internal sealed record Parent(string Type, string DataSourceId);

    /// <summary>A property's new value: a title or files.</summary>
    internal sealed record Property
    {
        public IReadOnlyList<RichText>? Title { get; init; }

        public IReadOnlyList<FileEntry>? Files { get; init; }
    }

    internal sealed record FileEntry(string? Name, string Type)
    {
        public Reference? FileUpload { get; init; }

        public Address? External { get; init; }

        public Address? File { get; init; }
    }

    internal sealed record Address(string Url);

    internal sealed record Query(TitleFilter Filter, IReadOnlyList<Sort> Sorts, int PageSize);

    internal sealed record TitleFilter(string Property, TextEquals Title);

    internal sealed record TextEquals([property: JsonPropertyName("equals")] string Text);

    internal sealed record Sort(string Timestamp, string Direction);
}

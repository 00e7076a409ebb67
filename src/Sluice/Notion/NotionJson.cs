using System.Text.Json.Serialization;

namespace Sluice.Notion;

/// <summary>Generated serialisation of what we send: Notion's spelling, nothing that is not set.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(NotionWire.Create))]
[JsonSerializable(typeof(NotionWire.Append))]
[JsonSerializable(typeof(NotionWire.UpdatePage))]
[JsonSerializable(typeof(NotionWire.CreatePage))]
[JsonSerializable(typeof(NotionWire.Query))]
internal sealed partial class NotionJson : JsonSerializerContext;
